package kontiki.orchestrator.apiserver.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPOutputStream;
import kontiki.pki.transport.Headers;

/** Sends documents that seldom change: with an ETag, not at all to those who have them. */
final class Documents {
  private static final int GZIP_FROM_BYTES = 8 * 1024;

  private Documents() {}

  /** The ETag of a document, in quotation marks. */
  static String etag(byte[] document) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(document);
      return "\"" + HexFormat.of().withUpperCase().formatHex(digest) + "\"";
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  static void send(ApiRequest request, String contentType, byte[] content, String etag) {
    if (hasIt(request, etag)) {
      request.respond(304, Headers.of("etag", etag, "vary", "Accept"), new byte[0]);
      return;
    }
    Headers headers = Headers.of("content-type", contentType, "etag", etag, "vary", "Accept");
    boolean zip = content.length >= GZIP_FROM_BYTES && Answers.acceptsGzip(request);
    request.respond(
        200,
        zip ? headers.with("content-encoding", "gzip") : headers,
        zip ? gzip(content) : content);
  }

  static boolean hasIt(ApiRequest request, String etag) {
    for (String known : request.header("if-none-match").split(",")) {
      String one = known.strip();
      if (one.equals(etag) || one.equals("W/" + etag)) {
        return true;
      }
    }
    return false;
  }

  private static byte[] gzip(byte[] content) {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream(content.length / 4);
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return zipped.toByteArray();
  }
}
