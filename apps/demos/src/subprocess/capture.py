from subprocess import PIPE, run

listing = run(["ls", "-lahF"], stdout=PIPE)
print(f"returncode: {listing.returncode}")
print(f"Have {len(listing.stdout)} bytes in stdout:")
print(listing.stdout.decode())
