package kontiki.node.kubelet.probe;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * One GET of a container. 200 to 399 is good; a redirection is not followed, which is what the
 * kubelet does where it leads to another host.
 */
record HttpCheck(String host, int port, String path, Map<String, String> headers, boolean tls) {
  /** A status line is longer than that only by mistake. */
  private static final int MAX_LINE = 8192;

  HandlerResult run(Duration timeout) {
    int millis = (int) timeout.toMillis();
    try (Socket plain = new Socket()) {
      plain.connect(new InetSocketAddress(host, port), millis);
      plain.setSoTimeout(millis);
      try (Socket socket = tls ? secured(plain) : plain) {
        socket.getOutputStream().write(request());
        socket.getOutputStream().flush();
        return judge(statusLine(socket));
      }
    } catch (IOException | GeneralSecurityException | IllegalArgumentException failure) {
      return HandlerResult.bad(
          "Get \"%s://%s:%d%s\": %s"
              .formatted(tls ? "https" : "http", host, port, path, failure.getMessage()));
    }
  }

  private byte[] request() {
    StringBuilder text = new StringBuilder("GET " + path + " HTTP/1.1\r\n");
    if (headers.keySet().stream().noneMatch("Host"::equalsIgnoreCase)) {
      text.append("Host: ").append(host).append(':').append(port).append("\r\n");
    }
    headers.forEach((name, value) -> text.append(name).append(": ").append(value).append("\r\n"));
    return text.append("Connection: close\r\n\r\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static String statusLine(Socket socket) throws IOException {
    BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1), MAX_LINE);
    String line = reader.readLine();
    if (line == null) {
      throw new IOException("EOF");
    }
    return line;
  }

  private static HandlerResult judge(String line) {
    String[] words = line.split(" ", 3);
    if (words.length < 2 || !words[0].startsWith("HTTP/") || !words[1].matches("\\d{3}")) {
      return HandlerResult.bad("malformed HTTP response");
    }
    int status = Integer.parseInt(words[1]);
    return status >= 200 && status < 400
        ? HandlerResult.GOOD
        : HandlerResult.bad("HTTP probe failed with statuscode: " + status);
  }

  /** Probes do not check the certificate (docs: "HTTP probes"): a container has one of its own. */
  private Socket secured(Socket plain) throws IOException, GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new AnyCertificate()}, new SecureRandom());
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
    socket.startHandshake();
    return socket;
  }

  private static final class AnyCertificate extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
