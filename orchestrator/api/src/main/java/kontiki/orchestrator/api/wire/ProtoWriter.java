package kontiki.orchestrator.api.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes protobuf from its end to its beginning, so that a length is known before it is written. A
 * caller writes a message's last field first, and of a field its value before its tag.
 */
public final class ProtoWriter {
  /** Wire type of numbers. */
  public static final int VARINT = ProtoReader.VARINT;

  /** Wire type of what has its length before it. */
  public static final int LENGTH = ProtoReader.LENGTH;

  private byte[] bytes;
  private int at;

  public ProtoWriter(int capacity) {
    bytes = new byte[capacity];
    at = capacity;
  }

  /** How many bytes are written: remembered before a message, it gives the message's length. */
  public int mark() {
    return bytes.length - at;
  }

  /** Ends a message: its length since the mark, and the tag of the field that holds it. */
  public void finish(int mark, int number) {
    varint(bytes.length - at - mark);
    tag(number, ProtoReader.LENGTH);
  }

  public void tag(int number, int wireType) {
    varint((long) number << 3 | wireType);
  }

  public void varint(long value) {
    if ((value & ~0x7fL) == 0) {
      ensure(1);
      bytes[--at] = (byte) value;
      return;
    }
    int count = 1;
    for (long rest = value >>> 7; rest != 0; rest >>>= 7) {
      count++;
    }
    ensure(count);
    at -= count;
    int place = at;
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[place++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[place] = (byte) rest;
  }

  void fixed64(long value) {
    ensure(8);
    at -= 8;
    for (int i = 0; i < 8; i++) {
      bytes[at + i] = (byte) (value >>> (8 * i));
    }
  }

  public void raw(byte[] piece) {
    ensure(piece.length);
    at -= piece.length;
    System.arraycopy(piece, 0, bytes, at, piece.length);
  }

  /** Bytes with their length before them. */
  public void bytes(byte[] piece) {
    raw(piece);
    varint(piece.length);
  }

  /** A string with its length before it. */
  public void string(String text) {
    int count = text.length();
    ensure(count);
    int place = at - count;
    for (int i = 0; i < count; i++) {
      char c = text.charAt(i);
      if (c > 127) {
        bytes(text.getBytes(StandardCharsets.UTF_8));
        return;
      }
      bytes[place + i] = (byte) c;
    }
    at = place;
    varint(count);
  }

  public byte[] toByteArray() {
    return Arrays.copyOfRange(bytes, at, bytes.length);
  }

  private void ensure(int more) {
    if (at < more) {
      int used = bytes.length - at;
      int capacity = Math.max(bytes.length * 2, used + more + 64);
      byte[] larger = new byte[capacity];
      System.arraycopy(bytes, at, larger, capacity - used, used);
      bytes = larger;
      at = capacity - used;
    }
  }
}
