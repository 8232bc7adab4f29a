package kontiki.node.kubelet.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A tar archive in memory, in the ustar format. Owners are root and times are the epoch, so that
 * the same entries give the same bytes. Not for entries above 8 GiB or names above 100 bytes.
 */
final class Tar {
  private static final int BLOCK = 512;
  private static final int NAME_LIMIT = 100;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  Tar file(String name, int mode, byte[] content) {
    header(name, mode, content.length, '0', "");
    out.writeBytes(content);
    out.writeBytes(new byte[(BLOCK - content.length % BLOCK) % BLOCK]);
    return this;
  }

  Tar directory(String name, int mode) {
    header(name + "/", mode, 0, '5', "");
    return this;
  }

  Tar link(String name, String target) {
    header(name, 0777, 0, '2', target);
    return this;
  }

  /** The whole archive with its end mark; nothing may be added afterwards. */
  byte[] bytes() {
    out.writeBytes(new byte[2 * BLOCK]);
    return out.toByteArray();
  }

  private void header(String name, int mode, long size, char type, String target) {
    byte[] block = new byte[BLOCK];
    put(block, 0, name);
    put(block, 100, "%07o".formatted(mode));
    put(block, 108, "0000000"); // owner
    put(block, 116, "0000000"); // group
    put(block, 124, "%011o".formatted(size));
    put(block, 136, "00000000000"); // time
    block[156] = (byte) type;
    put(block, 157, target);
    put(block, 257, "ustar\0" + "00");
    put(block, 265, "root");
    put(block, 297, "root");
    Arrays.fill(block, 148, 156, (byte) ' ');
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xff;
    }
    put(block, 148, "%06o\0".formatted(sum));
    out.writeBytes(block);
  }

  private static void put(byte[] block, int at, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    if (bytes.length > NAME_LIMIT) {
      throw new IllegalArgumentException("name too long for a tar entry: " + text);
    }
    System.arraycopy(bytes, 0, block, at, bytes.length);
  }
}
