package kontiki.kvstore.cli.direct;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.DefaultHttp2HeadersEncoder;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The header coding against Netty's, and against the examples of RFC 7541. */
class HeaderBlockTest {
  private static final int HUFFMAN_FROM = 4;

  @Test
  void readsWhatNettyWrites() throws Exception {
    var all = new StringBuilder();
    for (char c = ' '; c < 0x7f; c++) {
      all.append(c);
    }
    var headers =
        new DefaultHttp2Headers(false)
            .status("200")
            .add("content-type", "application/grpc")
            .add("grpc-status", "11")
            .add("grpc-message", "etcdserver: mvcc: required revision is a future revision")
            .add("x-all", all)
            .add("x-long", "y".repeat(10_000));
    for (int huffmanFrom : new int[] {HUFFMAN_FROM, Integer.MAX_VALUE}) {
      var encoder =
          new DefaultHttp2HeadersEncoder(
              DefaultHttp2HeadersEncoder.NEVER_SENSITIVE, false, 16, huffmanFrom);
      encoder.configuration().maxHeaderTableSize(0);
      ByteBuf buffer = Unpooled.buffer();
      encoder.encodeHeaders(3, headers, buffer);
      assertThat(HeaderBlock.read(ByteBufUtil.getBytes(buffer)))
          .containsEntry(":status", "200")
          .containsEntry("grpc-status", "11")
          .containsEntry("grpc-message", "etcdserver: mvcc: required revision is a future revision")
          .containsEntry("x-all", all.toString())
          .containsEntry("x-long", "y".repeat(10_000));
    }
  }

  @Test
  void nettyReadsWhatItWrites() throws Exception {
    var out = new ByteArrayOutputStream();
    HeaderBlock.write(out, ":path", "/etcdserverpb.KV/Range");
    HeaderBlock.write(out, "x-127", "z".repeat(127));
    HeaderBlock.write(out, "x-long", "z".repeat(5_000));
    var headers =
        new DefaultHttp2HeadersDecoder(false)
            .decodeHeaders(3, Unpooled.wrappedBuffer(out.toByteArray()));
    assertThat(headers.path()).hasToString("/etcdserverpb.KV/Range");
    assertThat(headers.get("x-127")).hasSize(127);
    assertThat(headers.get("x-long")).hasSize(5_000);
  }

  @Test
  void readsTheExampleOfTheStandard() {
    // RFC 7541, C.6.1, its first line and an unindexed literal.
    byte[] block = HexFormat.of().parseHex("4882640" + "2" + "5885aec3771a4b");
    assertThat(HeaderBlock.read(block)).isEqualTo(Map.of(":status", "302", "", "private"));
  }

  @Test
  void refusesWhatIsNoHeaderBlock() {
    for (String bad :
        new String[] {"be", "80", "00", "0083ffffff", "7f", "00827f", "ffffffffff7f"}) {
      assertThatThrownBy(() -> HeaderBlock.read(HexFormat.of().parseHex(bad)))
          .as(bad)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
