package kontiki.orchestrator.api.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import kontiki.orchestrator.api.tree.TreeSyntaxException;

/** A cursor over protobuf bytes. Every read is checked: bytes that end too early are refused. */
final class ProtoReader {
  static final int VARINT = 0;
  static final int FIXED64 = 1;
  static final int LENGTH = 2;
  static final int FIXED32 = 5;

  private final byte[] bytes;
  private int at;

  ProtoReader(byte[] bytes, int from) {
    this.bytes = bytes;
    this.at = from;
  }

  int position() {
    return at;
  }

  void seek(int position) {
    at = position;
  }

  int tag() {
    long tag = varint();
    if (tag >>> 3 == 0 || tag >>> 32 != 0) {
      throw malformed("a tag without a field number");
    }
    return (int) tag;
  }

  long varint() {
    byte[] b = bytes;
    int p = at;
    if (p < b.length && b[p] >= 0) {
      at = p + 1;
      return b[p];
    }
    long result = 0;
    for (int shift = 0; shift < 70; shift += 7) {
      if (p >= b.length) {
        throw malformed("an unexpected end");
      }
      byte part = b[p++];
      result |= (long) (part & 0x7f) << shift;
      if (part >= 0) {
        at = p;
        return result;
      }
    }
    throw malformed("a number of more than ten bytes");
  }

  long fixed64() {
    check(8);
    long result = 0;
    for (int i = 0; i < 8; i++) {
      result |= (bytes[at++] & 0xffL) << (8 * i);
    }
    return result;
  }

  /** Reads a length and returns where what it measures ends, which is no further than the limit. */
  int end(int limit) {
    long length = varint();
    if (length < 0 || length > limit - at) {
      throw malformed("a length beyond the end");
    }
    return at + (int) length;
  }

  String string(int limit) {
    int end = end(limit);
    String text = new String(bytes, at, end - at, StandardCharsets.UTF_8);
    at = end;
    return text;
  }

  byte[] bytes(int limit) {
    int end = end(limit);
    byte[] part = Arrays.copyOfRange(bytes, at, end);
    at = end;
    return part;
  }

  void skip(int wireType, int limit) {
    switch (wireType) {
      case VARINT -> varint();
      case FIXED64 -> {
        check(8);
        at += 8;
      }
      case LENGTH -> at = end(limit);
      case FIXED32 -> {
        check(4);
        at += 4;
      }
      default -> throw malformed("wire type " + wireType);
    }
  }

  void expect(int tag, int wireType) {
    if ((tag & 7) != wireType) {
      throw malformed("wire type %d in field %d".formatted(tag & 7, tag >>> 3));
    }
  }

  private void check(int count) {
    if (bytes.length - at < count) {
      throw malformed("an unexpected end");
    }
  }

  TreeSyntaxException malformed(String what) {
    return new TreeSyntaxException("invalid protobuf: " + what + " at byte " + at);
  }
}
