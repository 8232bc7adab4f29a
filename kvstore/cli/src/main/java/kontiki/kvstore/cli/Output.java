package kontiki.kvstore.cli;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** Bytes to standard output; values go out as they are. Used by one thread. */
final class Output {
  private final OutputStream out;

  Output(OutputStream out) {
    this.out = out;
  }

  void line(String text) {
    text(text + "\n");
  }

  void text(String text) {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The bytes and a line end. */
  void line(ByteString bytes) {
    bytes(bytes);
    text("\n");
  }

  void bytes(ByteString bytes) {
    write(bytes.toByteArray());
  }

  private void write(byte[] bytes) {
    try {
      out.write(bytes);
    } catch (IOException e) {
      throw new KvFailure(KvFailure.Exit.IO, "cannot write the output: " + e.getMessage(), e);
    }
  }

  void flush() {
    try {
      out.flush();
    } catch (IOException e) {
      throw new KvFailure(KvFailure.Exit.IO, "cannot write the output: " + e.getMessage(), e);
    }
  }
}
