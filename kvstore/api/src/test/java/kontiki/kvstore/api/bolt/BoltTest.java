package kontiki.kvstore.api.bolt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BoltTest {
  @TempDir Path directory;

  @Test
  void whatIsWrittenIsRead() throws IOException {
    for (int keys : new int[] {0, 1, 100, 101, 20_000}) {
      TreeMap<String, String> content = content(keys, 40);
      try (FileChannel file = written(content)) {
        assertThat(read(file, "key")).isEqualTo(lines(content));
      }
    }
  }

  @Test
  void valuesLargerThanAPageGoOnOverSeveral() throws IOException {
    TreeMap<String, String> content = content(50, 30_000);
    try (FileChannel file = written(content)) {
      assertThat(read(file, "key")).isEqualTo(lines(content));
      assertThat(file.size() % BoltFormat.PAGE).isZero();
    }
  }

  @Test
  void bucketsAreKeptApart() throws IOException {
    try (FileChannel file = empty()) {
      BoltWriter writer = new BoltWriter(file);
      writer.bucket("a");
      writer.add(bytes("k"), bytes("1"));
      writer.bucket("b");
      writer.bucket("c");
      writer.add(bytes("k"), bytes("2"));
      writer.finish();
      assertThat(new BoltReader(file).buckets()).containsExactly("a", "b", "c");
      assertThat(read(file, "a")).containsExactly("k=1");
      assertThat(read(file, "b")).isEmpty();
      assertThat(read(file, "c")).containsExactly("k=2");
      assertThat(read(file, "none")).isEmpty();
    }
  }

  @Test
  void disorderIsRefused() throws IOException {
    try (FileChannel file = empty()) {
      BoltWriter writer = new BoltWriter(file);
      assertThatThrownBy(() -> writer.add(bytes("k"), bytes("1")))
          .isInstanceOf(IllegalStateException.class);
      writer.bucket("b");
      writer.add(bytes("k"), bytes("1"));
      assertThatThrownBy(() -> writer.add(bytes("k"), bytes("2")))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> writer.bucket("a")).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aChangedByteOfThePagesIsFoundOrReadAsContent() throws IOException {
    TreeMap<String, String> content = content(300, 40);
    Random random = new Random(7);
    int found = 0;
    for (int i = 0; i < 400; i++) {
      try (FileChannel file = written(content)) {
        long at = random.nextLong(file.size());
        ByteBuffer one = ByteBuffer.allocate(1);
        file.read(one, at);
        one.put(0, (byte) (one.get(0) ^ (1 << random.nextInt(8))));
        file.write(one.flip(), at);
        try {
          var unused = read(file, "key");
        } catch (IOException e) {
          assertThat(e).hasMessageMatching("(?s).*(damaged|not an etcd database|cut off).*");
          found++;
        }
      }
    }
    assertThat(found).isPositive();
  }

  @Test
  void aFileThatIsCutOffIsRefused() throws IOException {
    try (FileChannel file = written(content(1000, 40))) {
      file.truncate(file.size() - 1);
      assertThatThrownBy(() -> new BoltReader(file)).hasMessageContaining("cut off");
      file.truncate(100);
      assertThatThrownBy(() -> new BoltReader(file)).hasMessageContaining("cut off");
      file.truncate(0);
      file.write(ByteBuffer.allocate(100_000), 0);
      assertThatThrownBy(() -> new BoltReader(file)).hasMessageContaining("not an etcd database");
    }
  }

  private static TreeMap<String, String> content(int keys, int largest) {
    Random random = new Random(keys);
    TreeMap<String, String> content = new TreeMap<>();
    for (int i = 0; i < keys; i++) {
      byte[] value = new byte[random.nextInt(largest)];
      random.nextBytes(value);
      content.put("key %06d".formatted(i), HexFormat.of().formatHex(value));
    }
    return content;
  }

  private FileChannel written(TreeMap<String, String> content) throws IOException {
    FileChannel file = empty();
    BoltWriter writer = new BoltWriter(file);
    writer.bucket("key");
    for (var entry : content.entrySet()) {
      writer.add(bytes(entry.getKey()), bytes(entry.getValue()));
    }
    writer.bucket("meta");
    writer.finish();
    return file;
  }

  private FileChannel empty() throws IOException {
    return FileChannel.open(
        directory.resolve("db"),
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE);
  }

  private static List<String> read(FileChannel file, String bucket) throws IOException {
    List<String> lines = new ArrayList<>();
    new BoltReader(file)
        .forEach(
            bucket,
            (key, value) ->
                lines.add(
                    new String(key, StandardCharsets.UTF_8)
                        + "="
                        + new String(value, StandardCharsets.UTF_8)));
    return lines;
  }

  private static List<String> lines(TreeMap<String, String> content) {
    return content.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
