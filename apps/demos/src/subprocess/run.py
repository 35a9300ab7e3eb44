from subprocess import run

listing = run(["ls", "-lahF"])
print(f"returncode: {listing.returncode}")
