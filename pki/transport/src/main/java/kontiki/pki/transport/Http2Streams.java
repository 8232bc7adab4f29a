package kontiki.pki.transport;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2Stream;

/** What the requests of an HTTP/2 connection become. */
interface Http2Streams {
  /** One stream, from its header on; every call is on the event loop. */
  interface Stream {
    /**
     * Bytes of the body.
     *
     * @param data borrowed: retain it to keep it
     */
    void data(ByteBuf data, boolean end);

    /** The request has ended with a header frame (trailers, or no body). */
    void end();

    /** The stream is gone, whole or not. */
    void closed();
  }

  /** A request's header has come; {@code end} if no body follows. */
  Stream open(Http2Connection connection, Http2Stream stream, Http2Headers headers, boolean end);
}
