from subprocess import PIPE, Popen

print("popen2:")
with Popen(["cat", "-"], stdin=PIPE, stdout=PIPE, text=True) as cat:
    back, _ = cat.communicate("through stdin to stdout")
print(f"pass through: {back!r}")
