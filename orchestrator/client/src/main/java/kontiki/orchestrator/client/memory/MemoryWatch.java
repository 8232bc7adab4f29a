package kontiki.orchestrator.client.memory;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;

/** The body of a watch: lines put in by the server's writers, read by one reader. */
final class MemoryWatch extends InputStream {
  private final Deque<byte[]> lines = new ArrayDeque<>();
  private int position;
  private boolean ended;
  private boolean broken;

  synchronized void put(byte[] line) {
    if (!ended) {
      lines.add(line);
      notifyAll();
    }
  }

  /** No more lines; what is there can still be read. */
  synchronized void end() {
    ended = true;
    notifyAll();
  }

  /** The connection breaks: what is there is lost. */
  synchronized void tear() {
    lines.clear();
    position = 0;
    ended = true;
    broken = true;
    notifyAll();
  }

  synchronized boolean ended() {
    return ended;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public synchronized int read(byte[] into, int offset, int length) throws IOException {
    while (lines.isEmpty() && !ended) {
      try {
        wait();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
    if (broken) {
      throw new IOException("connection reset");
    }
    byte[] line = lines.peek();
    if (line == null) {
      return -1;
    }
    int count = Math.min(length, line.length - position);
    System.arraycopy(line, position, into, offset, count);
    position += count;
    if (position == line.length) {
      lines.remove();
      position = 0;
    }
    return count;
  }

  /** Also positive at the end, so that a reader that only reads when it need not wait sees it. */
  @Override
  public synchronized int available() {
    byte[] line = lines.peek();
    if (line != null) {
      return line.length - position;
    }
    return ended ? 1 : 0;
  }

  @Override
  public void close() {
    end();
  }
}
