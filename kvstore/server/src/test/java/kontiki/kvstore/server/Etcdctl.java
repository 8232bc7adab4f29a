package kontiki.kvstore.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import kontiki.pki.ca.CertificateSet;
import kontiki.pki.ca.PkiDirectory;

/**
 * Debian's etcdctl, the real one.
 *
 * @param certificate the name of the client's
 */
record Etcdctl(String endpoints, PkiDirectory pki, String certificate) {
  private static final Path BINARY = Path.of("/usr/bin/etcdctl");

  Etcdctl(String endpoints, PkiDirectory pki) {
    this(endpoints, pki, "kv");
  }

  static boolean isInstalled() {
    return Files.isExecutable(BINARY);
  }

  /** Runs one command; its output, both streams, without the last line break. */
  String run(String... arguments) throws IOException, InterruptedException {
    Process process = start("", arguments);
    byte[] out = process.getInputStream().readAllBytes();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("etcdctl did not end: " + List.of(arguments));
    }
    return new String(out, StandardCharsets.UTF_8).strip();
  }

  String runWithInput(String input, String... arguments) throws IOException, InterruptedException {
    Process process = start(input, arguments);
    byte[] out = process.getInputStream().readAllBytes();
    process.waitFor(20, TimeUnit.SECONDS);
    return new String(out, StandardCharsets.UTF_8).strip();
  }

  Process start(String input, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(BINARY.toString());
    command.addAll(
        List.of(
            "--endpoints", endpoints,
            "--cacert", pki.authority(CertificateSet.STORE_CLIENT).toString(),
            "--cert", pki.certificate(CertificateSet.STORE_CLIENT, certificate).toString(),
            "--key", pki.key(CertificateSet.STORE_CLIENT, certificate).toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("ETCDCTL_API", "3");
    Process process = builder.start();
    try (var in = process.getOutputStream()) {
      in.write(input.getBytes(StandardCharsets.UTF_8));
    }
    return process;
  }
}
