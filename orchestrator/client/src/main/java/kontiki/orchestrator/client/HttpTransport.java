package kontiki.orchestrator.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import kontiki.pki.ca.PkiException;
import kontiki.pki.transport.HttpsClient;
import kontiki.pki.transport.TlsIdentity;
import org.jspecify.annotations.Nullable;

/** Requests over mutual TLS. Thread-safe; a waiting caller that is interrupted cancels its own. */
final class HttpTransport implements ApiTransport {
  private final URI server;
  private final @Nullable String token;
  private final @Nullable Path tokenFile;
  private final HttpsClient client;

  private HttpTransport(Connection connection, TlsIdentity identity) {
    this.server = connection.server();
    this.token = connection.token();
    this.tokenFile = connection.tokenFile();
    this.client = HttpsClient.create(identity);
  }

  /**
   * A transport for a connection; certificates in files are followed as they change.
   *
   * @throws IllegalArgumentException when the certificates cannot be used; the message says why
   */
  static HttpTransport of(Connection connection) {
    try {
      return new HttpTransport(connection, identity(connection));
    } catch (IOException | PkiException e) {
      throw new IllegalArgumentException(
          "cannot use the kubeconfig's certificates: " + e.getMessage(), e);
    }
  }

  private static TlsIdentity identity(Connection connection) throws IOException {
    PemSource certificate = connection.certificate();
    PemSource key = connection.key();
    if (connection.authority() instanceof PemSource.File trust) {
      if (certificate == null || key == null) {
        return TlsIdentity.trusting(trust.path());
      }
      if (certificate instanceof PemSource.File chain && key instanceof PemSource.File secret) {
        return TlsIdentity.load(chain.path(), secret.path(), trust.path());
      }
    }
    return TlsIdentity.ofPem(
        certificate == null ? null : certificate.pem(),
        key == null ? null : key.pem(),
        connection.authority().pem());
  }

  @Override
  public String server() {
    return server.toString();
  }

  @Override
  public Answer send(ApiRequest request) throws IOException, InterruptedException {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(URI.create(server + request.path())).timeout(request.timeout());
    request.headers().forEach(builder::header);
    String bearer = tokenFile == null ? token : Files.readString(tokenFile).strip();
    if (bearer != null) {
      builder.header("Authorization", "Bearer " + bearer);
    }
    byte[] body = request.body();
    builder.method(
        request.method(),
        body == null
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(body));
    try {
      return new HttpAnswer(client.send(builder.build()));
    } catch (HttpTimeoutException e) {
      throw new IOException("no answer within " + request.timeout().toSeconds() + " s", e);
    }
  }

  @Override
  public void close() {
    client.close();
  }

  private record HttpAnswer(HttpResponse<InputStream> response) implements Answer {
    @Override
    public int status() {
      return response.statusCode();
    }

    @Override
    public @Nullable String header(String name) {
      return response.headers().firstValue(name).orElse(null);
    }

    @Override
    public InputStream body() {
      return response.body();
    }

    @Override
    public void close() {
      try {
        response.body().close();
      } catch (IOException e) {
        // The stream is gone already, which is what closing asks for.
      }
    }
  }
}
