from subprocess import CalledProcessError, run

try:
    run(["false"], check=True)
except CalledProcessError as error:
    print(f"ERROR: {error}")
