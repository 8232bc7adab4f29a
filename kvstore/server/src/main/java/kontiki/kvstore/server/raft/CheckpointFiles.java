package kontiki.kvstore.server.raft;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A checkpoint that a member offers to another.
 *
 * @param id names it in the requests that follow
 */
record CheckpointFiles(long id, List<File> files) {
  /**
   * @param name within the checkpoint's directory, without separators
   * @param size bytes
   */
  record File(String name, long size) {}

  byte[] encode() {
    List<byte[]> names =
        files.stream().map(file -> file.name.getBytes(StandardCharsets.UTF_8)).toList();
    int size = Long.BYTES + Integer.BYTES;
    for (byte[] name : names) {
      size += Integer.BYTES + name.length + Long.BYTES;
    }
    ByteBuffer out = ByteBuffer.allocate(size).putLong(id);
    out.putInt(files.size());
    for (int i = 0; i < files.size(); i++) {
      out.putInt(names.get(i).length).put(names.get(i)).putLong(files.get(i).size);
    }
    return out.array();
  }

  /** Throws IllegalArgumentException where a name would leave the directory. */
  static CheckpointFiles decode(ByteBuffer in) {
    long id = in.getLong();
    List<File> files = new ArrayList<>();
    for (int left = in.getInt(); left > 0; left--) {
      byte[] name = new byte[in.getInt()];
      in.get(name);
      String text = new String(name, StandardCharsets.UTF_8);
      if (text.isEmpty() || text.contains("/") || text.startsWith(".")) {
        throw new IllegalArgumentException("a checkpoint may not hold a file named " + text);
      }
      files.add(new File(text, in.getLong()));
    }
    return new CheckpointFiles(id, files);
  }
}
