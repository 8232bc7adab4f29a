package kontiki.kvstore.cli.direct;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/**
 * HTTP/2 headers (RFC 7541) as far as a gRPC call needs them: what is sent are plain literals; what
 * is read are names and values, without a dynamic table, whose size this side has set to 0. Of the
 * static table only {@code :status} is known; other headers from it are passed over.
 */
final class HeaderBlock {
  /** Index 8 to 14 of the static table. */
  private static final int FIRST_STATUS = 8;

  private static final String[] STATUS = {"200", "204", "206", "304", "400", "404", "500"};
  private static final int STATIC_ENTRIES = 61;
  private static final String PASSED_OVER = "";

  private final byte[] block;
  private int at;

  private HeaderBlock(byte[] block) {
    this.block = block;
  }

  /** A header that the receiver need not remember. */
  static void write(ByteArrayOutputStream out, String name, String value) {
    out.write(0);
    string(out, name);
    string(out, value);
  }

  private static void string(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    int rest = bytes.length;
    if (rest < 0x7f) {
      out.write(rest);
    } else {
      out.write(0x7f);
      for (rest -= 0x7f; rest >= 0x80; rest >>= 7) {
        out.write(rest & 0x7f | 0x80);
      }
      out.write(rest);
    }
    out.writeBytes(bytes);
  }

  /**
   * @throws IllegalArgumentException where the block is malformed
   */
  static Map<String, String> read(byte[] block) {
    try {
      return new HeaderBlock(block).read();
    } catch (IndexOutOfBoundsException e) {
      throw new IllegalArgumentException("a header ends too early", e);
    }
  }

  private Map<String, String> read() {
    var headers = new HashMap<String, String>();
    while (at < block.length) {
      int first = block[at];
      if ((first & 0x80) != 0) {
        indexed(integer(7), headers);
      } else if ((first & 0xe0) == 0x20) {
        integer(5); // the size of the dynamic table: it stays empty
      } else {
        int index = integer((first & 0x40) != 0 ? 6 : 4);
        String name = index == 0 ? string() : nameOf(index);
        headers.put(name, string());
      }
    }
    return headers;
  }

  private static void indexed(int index, Map<String, String> headers) {
    nameOf(index);
    if (index >= FIRST_STATUS && index < FIRST_STATUS + STATUS.length) {
      headers.put(":status", STATUS[index - FIRST_STATUS]);
    }
  }

  private static String nameOf(int index) {
    if (index < 1 || index > STATIC_ENTRIES) {
      throw new IllegalArgumentException("header " + index + " is in no table");
    }
    return index >= FIRST_STATUS && index < FIRST_STATUS + STATUS.length ? ":status" : PASSED_OVER;
  }

  private int integer(int prefixBits) {
    int most = (1 << prefixBits) - 1;
    int value = block[at++] & most;
    if (value < most) {
      return value;
    }
    for (int shift = 0; shift <= 21; shift += 7) {
      int part = block[at++];
      value += (part & 0x7f) << shift;
      if ((part & 0x80) == 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number in a header is too large");
  }

  private String string() {
    boolean huffman = (block[at] & 0x80) != 0;
    int length = integer(7);
    int from = at;
    at += length;
    if (at > block.length) {
      throw new IllegalArgumentException("a header ends too early");
    }
    return huffman
        ? new String(Huffman.decode(block, from, at), StandardCharsets.ISO_8859_1)
        : new String(block, from, length, StandardCharsets.ISO_8859_1);
  }
}
