from pathlib import Path
from subprocess import PIPE, Popen

file = Path(__file__).with_name("mydemo.txt")
with (
    Popen(["cat", file], stdout=PIPE) as cat,
    Popen(["grep", "a table of"], stdin=cat.stdout, stdout=PIPE) as grep,
    Popen(["cut", "-f", "3", "-d:"], stdin=grep.stdout, stdout=PIPE) as cut,
):
    print("Included files:")
    for line in cut.stdout:
        print(line.decode().rstrip())
