package kontiki.node.kubelet.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Reads complete lines from a file that may still grow, and says where the next one begins. */
final class LineReader {
  /** Longer lines are cut: engines write at most 16 KiB of text a line. */
  static final int MAX_LINE = 1 << 20;

  private final InputStream in;
  private long position;

  /** A sink of lines without their ends. */
  interface Sink {
    void accept(String line) throws IOException;
  }

  LineReader(InputStream in, long position) {
    this.in = in;
    this.position = position;
  }

  /** Gives every complete line to the sink; the position after the last of them. */
  long readAvailable(Sink sink) throws IOException {
    byte[] chunk = new byte[64 * 1024];
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    long pending = 0;
    for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
      int start = 0;
      for (int i = 0; i < n; i++) {
        if (chunk[i] == '\n') {
          append(line, chunk, start, i - start);
          position += pending + i - start + 1;
          pending = 0;
          sink.accept(line.toString(StandardCharsets.UTF_8));
          line.reset();
          start = i + 1;
        }
      }
      append(line, chunk, start, n - start);
      pending += n - start;
    }
    return position;
  }

  private static void append(ByteArrayOutputStream line, byte[] chunk, int start, int length) {
    line.write(chunk, start, Math.min(length, MAX_LINE - Math.min(MAX_LINE, line.size())));
  }
}
