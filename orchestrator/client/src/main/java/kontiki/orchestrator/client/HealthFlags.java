package kontiki.orchestrator.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import kontiki.pki.transport.HttpExchange;
import kontiki.pki.transport.TlsIdentity;
import kontiki.pki.transport.TlsServer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The flags of the server on which a control loop's process shows its health, named as Kubernetes
 * names them: a picocli mixin. Who asks needs a certificate.
 */
public final class HealthFlags {
  @Option(
      names = "--bind-address",
      defaultValue = "127.0.0.1",
      paramLabel = "ADDRESS",
      description = "Where health is shown (default: 127.0.0.1).")
  private String address = "127.0.0.1";

  @Option(
      names = "--secure-port",
      defaultValue = "0",
      paramLabel = "PORT",
      description = "The port of /healthz, /livez and /readyz (default: 0, none).")
  private int port;

  @Option(
      names = "--tls-cert-file",
      paramLabel = "FILE",
      description = "The certificate of that port.")
  private @Nullable Path certificate;

  @Option(
      names = "--tls-private-key-file",
      paramLabel = "FILE",
      description = "The key of that certificate.")
  private @Nullable Path key;

  @Option(
      names = "--client-ca-file",
      paramLabel = "FILE",
      description = "The authority of those who may ask.")
  private @Nullable Path clientAuthority;

  /** Made by picocli. */
  public HealthFlags() {}

  /**
   * Starts the server; empty without a port.
   *
   * @throws IOException if the port is taken
   * @throws IllegalArgumentException if a file is not named
   */
  public Optional<TlsServer> serve(Health health) throws IOException {
    if (port == 0) {
      return Optional.empty();
    }
    return Optional.of(
        TlsServer.builder()
            .listen(new InetSocketAddress(address, port))
            .identity(
                TlsIdentity.load(
                    named(certificate, "--tls-cert-file"),
                    named(key, "--tls-private-key-file"),
                    named(clientAuthority, "--client-ca-file")))
            .http(exchange -> answer(exchange, health))
            .start());
  }

  private static Path named(@Nullable Path file, String flag) {
    if (file == null) {
      throw new IllegalArgumentException("--secure-port needs " + flag);
    }
    return file;
  }

  private static void answer(HttpExchange exchange, Health health) {
    health
        .answer(exchange.path(), exchange.query("verbose").isPresent())
        .ifPresentOrElse(
            answer -> exchange.respond(answer.status(), answer.text()),
            () -> exchange.respond(404, "404 page not found\n"));
  }
}
