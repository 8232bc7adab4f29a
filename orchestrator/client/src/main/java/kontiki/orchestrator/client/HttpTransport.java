package kontiki.orchestrator.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import kontiki.pki.ca.Pem;
import org.jspecify.annotations.Nullable;

/** Requests over mutual TLS. Thread-safe; a waiting caller that is interrupted cancels its own. */
final class HttpTransport implements ApiTransport {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  private final URI server;
  private final @Nullable String token;
  private final @Nullable Path tokenFile;
  private final HttpClient client;

  private HttpTransport(
      URI server, @Nullable String token, @Nullable Path tokenFile, SSLContext context) {
    this.server = server;
    this.token = token;
    this.tokenFile = tokenFile;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_2)
            .connectTimeout(CONNECT_TIMEOUT)
            .sslContext(context)
            .build();
  }

  static HttpTransport of(Connection connection) {
    return new HttpTransport(
        connection.server(), connection.token(), connection.tokenFile(), context(connection));
  }

  private static SSLContext context(Connection connection) {
    try {
      KeyStore trust = KeyStore.getInstance("PKCS12");
      trust.load(null, null);
      int i = 0;
      for (X509Certificate ca : Pem.certificates(connection.authority().pem(), "authority")) {
        trust.setCertificateEntry("ca" + i++, ca);
      }
      TrustManagerFactory trusts =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trusts.init(trust);
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(null, null);
      char[] password = new char[0];
      if (connection.certificate() != null && connection.key() != null) {
        List<X509Certificate> chain =
            Pem.certificates(connection.certificate().pem(), "client-certificate");
        keys.setKeyEntry(
            "client",
            Pem.privateKey(connection.key().pem(), "client-key"),
            password,
            chain.toArray(X509Certificate[]::new));
      }
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), trusts.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException(
          "cannot use the kubeconfig's certificates: " + e.getMessage(), e);
    }
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
      return new HttpAnswer(
          client.send(builder.build(), HttpResponse.BodyHandlers.ofInputStream()));
    } catch (HttpTimeoutException e) {
      throw new IOException("no answer within " + request.timeout().toSeconds() + " s", e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
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
