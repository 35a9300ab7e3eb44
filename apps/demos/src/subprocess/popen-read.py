from subprocess import PIPE, Popen

print("read:")
with Popen(["echo", '"to stdout"'], stdout=PIPE, text=True) as echo:
    said, _ = echo.communicate()
print(f"stdout: {said!r}")
