package kontiki.kvstore.cli.direct;

import java.io.ByteArrayOutputStream;

/**
 * The Huffman code of HTTP/2 headers (RFC 7541, appendix B). It is canonical: symbols in the order
 * of their code's length, then of their value, have ascending codes; so the lengths say it all.
 */
final class Huffman {
  private static final int SHORTEST = 5;
  private static final int LONGEST = 30;
  private static final int END_OF_STRING = 256;

  /** The length of each symbol's code, 0 to 256: 'a' is 5 bits, 'b' 6, and so on. */
  private static final String LENGTHS =
      "isxxxxxxxtzxxzxxxxxxxxzxxxxxxxxxbffhibdgffdgdbbbaaabbbbbbbcdkbhf"
          + "ibccccccccccccccccccccccdcdioijbkabababbbaccbbbabcbaabccccckgjix"
          + "prpprrrsrssssststtrstssssqrsrsstrqprrssqsrrtqrssqqrqsrssprrrsrrs"
          + "vvporsruvvvwwvtuoqvwwvwtqqvvxwwwptpqrqqsrruuttvsvwvvwwwwwxwwwwwv"
          + "z";

  /** By length: the first code, how many there are, and where their symbols begin. */
  private static final int[] FIRST_CODE = new int[LONGEST + 1];

  private static final int[] COUNT = new int[LONGEST + 1];
  private static final int[] OFFSET = new int[LONGEST + 1];
  private static final short[] SYMBOLS = new short[LENGTHS.length()];

  static {
    int code = 0;
    int place = 0;
    for (int length = SHORTEST; length <= LONGEST; length++) {
      code <<= 1;
      FIRST_CODE[length] = code;
      OFFSET[length] = place;
      for (short symbol = 0; symbol < LENGTHS.length(); symbol++) {
        if (LENGTHS.charAt(symbol) - 'a' + SHORTEST == length) {
          SYMBOLS[place++] = symbol;
          code++;
        }
      }
      COUNT[length] = place - OFFSET[length];
    }
  }

  private Huffman() {}

  /**
   * @throws IllegalArgumentException where the bytes hold the end-of-string symbol or padding that
   *     is none
   */
  static byte[] decode(byte[] bytes, int from, int to) {
    var out = new ByteArrayOutputStream(2 * (to - from));
    int code = 0;
    int length = 0;
    for (int i = from; i < to; i++) {
      for (int bit = 7; bit >= 0; bit--) {
        code = code << 1 | bytes[i] >> bit & 1;
        length++;
        int place = length < SHORTEST ? -1 : code - FIRST_CODE[length];
        if (place >= 0 && place < COUNT[length]) {
          int symbol = SYMBOLS[OFFSET[length] + place];
          if (symbol == END_OF_STRING) {
            throw new IllegalArgumentException("end of string inside a header");
          }
          out.write(symbol);
          code = 0;
          length = 0;
        } else if (length == LONGEST) {
          throw new IllegalArgumentException("no Huffman code");
        }
      }
    }
    if (length > 7 || code != (1 << length) - 1) {
      throw new IllegalArgumentException("wrong padding after a header");
    }
    return out.toByteArray();
  }
}
