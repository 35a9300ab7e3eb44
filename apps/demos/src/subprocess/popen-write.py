from subprocess import PIPE, Popen

print("write:", flush=True)
with Popen(["cat", "-"], stdin=PIPE, text=True) as cat:
    cat.communicate("stdin: to stdin\n")
