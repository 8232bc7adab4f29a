package kontiki.pki.transport;

import io.grpc.InternalMetadata;
import io.grpc.Metadata;
import io.grpc.internal.TransportFrameUtil;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.ReadOnlyHttp2Headers;
import io.netty.util.AsciiString;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/**
 * gRPC metadata to HTTP/2 headers and back, as "gRPC over HTTP/2" lays down; values of names in
 * {@code -bin} are base64 on the wire. Stateless.
 */
final class GrpcHeaders {
  private static final AsciiString STATUS_200 = AsciiString.cached("200");
  private static final AsciiString CONTENT_TYPE = AsciiString.cached("content-type");
  private static final AsciiString GRPC = AsciiString.cached("application/grpc");

  /** The transport's own fields: a service that sets them would break the protocol. */
  private static final Set<AsciiString> OWN =
      Set.of(CONTENT_TYPE, AsciiString.cached("te"), AsciiString.cached("user-agent"));

  private static final AsciiString[] NONE = {};

  private GrpcHeaders() {}

  static boolean isGrpc(Http2Headers headers) {
    CharSequence type = headers.get(CONTENT_TYPE);
    return type != null
        && AsciiString.regionMatches(type, true, 0, GRPC, 0, GRPC.length())
        && (type.length() == GRPC.length() || ";+".indexOf(type.charAt(GRPC.length())) >= 0);
  }

  static Metadata metadata(Http2Headers headers) {
    byte[][] fields = new byte[headers.size() * 2][];
    int count = 0;
    for (Map.Entry<CharSequence, CharSequence> field : headers) {
      if (field.getKey().charAt(0) != ':') {
        fields[count++] = bytes(field.getKey());
        fields[count++] = bytes(field.getValue());
      }
    }
    byte[][] exact = count == fields.length ? fields : java.util.Arrays.copyOf(fields, count);
    return InternalMetadata.newMetadata(TransportFrameUtil.toRawSerializedHeaders(exact));
  }

  /** The header of a response; also that of one that is nothing but trailers. */
  static Http2Headers response(Metadata metadata) {
    return ReadOnlyHttp2Headers.serverHeaders(false, STATUS_200, fields(metadata, true));
  }

  static Http2Headers trailers(Metadata metadata) {
    return ReadOnlyHttp2Headers.trailers(false, fields(metadata, false));
  }

  private static AsciiString[] fields(Metadata metadata, boolean head) {
    byte[][] wire = TransportFrameUtil.toHttp2Headers(metadata);
    AsciiString[] fields = new AsciiString[wire.length + (head ? 2 : 0)];
    int count = 0;
    if (head) {
      fields[count++] = CONTENT_TYPE;
      fields[count++] = GRPC;
    }
    for (int i = 0; i < wire.length; i += 2) {
      AsciiString name = new AsciiString(wire[i], false);
      if (!OWN.contains(name)) {
        fields[count++] = name;
        fields[count++] = new AsciiString(wire[i + 1], false);
      }
    }
    return count == 0
        ? NONE
        : count == fields.length ? fields : java.util.Arrays.copyOf(fields, count);
  }

  private static byte[] bytes(CharSequence text) {
    return text instanceof AsciiString ascii
        ? ascii.isEntireArrayUsed() ? ascii.array() : ascii.toByteArray()
        : text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }
}
