package kontiki.pki.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Stands before TLS for the first five bytes of a connection: a client that speaks plain HTTP is
 * told so, in the words of Go's servers, instead of getting a TLS alert it cannot read. One
 * connection, its event loop.
 */
final class PlainHttpDetector extends ByteToMessageDecoder {
  private static final int ENOUGH = 5;

  private static final List<String> METHODS =
      List.of("GET /", "HEAD ", "POST ", "PUT /", "OPTIO", "PATCH", "DELET", "CONNE");

  private static final String ANSWER =
      "HTTP/1.0 400 Bad Request\r\n\r\nClient sent an HTTP request to an HTTPS server.\n";

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
    if (in.readableBytes() < ENOUGH) {
      return;
    }
    String begin = in.toString(in.readerIndex(), ENOUGH, StandardCharsets.ISO_8859_1);
    if (METHODS.contains(begin)) {
      in.skipBytes(in.readableBytes());
      // From this handler on, outbound: past the TLS handler behind it.
      var unused =
          ctx.writeAndFlush(Unpooled.copiedBuffer(ANSWER, StandardCharsets.US_ASCII))
              .addListener(ChannelFutureListener.CLOSE);
    } else {
      ctx.pipeline().remove(this);
    }
  }
}
