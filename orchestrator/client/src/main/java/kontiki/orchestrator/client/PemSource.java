package kontiki.orchestrator.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where a kubeconfig keeps a certificate or a key: in a file of its own, or inline. */
public sealed interface PemSource {
  /** The PEM text now. */
  String pem() throws IOException;

  /** A file, which may be replaced while it is used. */
  record File(Path path) implements PemSource {
    @Override
    public String pem() throws IOException {
      return Files.readString(path);
    }
  }

  /** Text inside the kubeconfig. */
  record Inline(String pem) implements PemSource {
    static Inline of(byte[] bytes) {
      return new Inline(new String(bytes, StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
      return "Inline[" + pem.length() + " characters]";
    }
  }
}
