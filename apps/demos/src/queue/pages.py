import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import BrokenBarrierError, Barrier, Lock, Thread
from time import sleep

LONGEST_WAIT = 2


class Pages:
    def __init__(self, count, together=False):
        self.at_once = 0
        self.open = 0
        self.lock = Lock()
        self.barrier = Barrier(count) if together else None
        self.seconds = float(os.environ.get("PRAC_PAGE_SECONDS", 0.1))
        given = os.environ.get("PRAC_HOSTS")
        self.servers = [self.serve() for _ in range(count)] if given is None else []
        self.hosts = given.split() if given else [f"http://127.0.0.1:{s.server_port}/" for s in self.servers]

    def serve(self):
        pages = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                pages.answer()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(b"<html>A page.</html>")

            def log_message(self, *args):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        Thread(target=server.serve_forever, daemon=True).start()
        return server

    def answer(self):
        with self.lock:
            self.open += 1
            self.at_once = max(self.at_once, self.open)
        if self.barrier:
            try:
                self.barrier.wait(LONGEST_WAIT)
            except BrokenBarrierError:
                pass
        sleep(self.seconds)
        with self.lock:
            self.open -= 1

    def close(self):
        for server in self.servers:
            server.shutdown()
