package kontiki.kvstore.api.bolt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads a bbolt file that nobody writes to. What is no such file, or is damaged, gives an {@link
 * IOException} that names the page. Memory is the pages from the root to one leaf. Used by one
 * thread.
 */
public final class BoltReader {
  private static final int PAGE_SIZE_AT = BoltFormat.HEADER + 8;
  private static final int ROOT_AT = BoltFormat.HEADER + 16;
  private static final int PAGES_AT = BoltFormat.HEADER + 40;
  private static final int TRANSACTION_AT = BoltFormat.HEADER + 48;
  private static final int SMALLEST_PAGE = 512;

  /** Requests are far smaller, so a page that goes on for longer is damaged. */
  private static final long MAX_PAGE_BYTES = 1L << 30;

  private static final int MAX_DEPTH = 32;

  private final FileChannel file;
  private final int pageSize;
  private final long pages;
  private final TreeMap<String, ByteBuffer> buckets = new TreeMap<>();
  private long visited;

  /** Is told of each key, in order. */
  @FunctionalInterface
  public interface Visitor {
    void visit(byte[] key, byte[] value) throws IOException;
  }

  @FunctionalInterface
  private interface Elements {
    void element(int flags, byte[] key, byte[] value) throws IOException;
  }

  public BoltReader(FileChannel file) throws IOException {
    this.file = file;
    ByteBuffer meta = newestMeta();
    this.pageSize = meta.getInt(PAGE_SIZE_AT);
    this.pages = meta.getLong(PAGES_AT);
    if (pages < 0 || pages > file.size() / pageSize) {
      throw new IOException(
          "the file is cut off: it has " + file.size() / pageSize + " of " + pages + " pages");
    }
    walk(
        page(meta.getLong(ROOT_AT)),
        0,
        (flags, name, value) -> {
          if ((flags & BoltFormat.BUCKET) != 0 && value.length >= BoltFormat.BUCKET_BYTES) {
            buckets.put(new String(name, StandardCharsets.UTF_8), little(value));
          }
        });
  }

  public Set<String> buckets() {
    return buckets.keySet();
  }

  /** Bytes of the pages; what follows them in the file is not the database's. */
  public long size() {
    return pages * pageSize;
  }

  /** Tells every key of a bucket; nothing where there is no such bucket. */
  public void forEach(String bucket, Visitor visitor) throws IOException {
    ByteBuffer value = buckets.get(bucket);
    if (value == null) {
      return;
    }
    visited = 0;
    long root = value.getLong(0);
    // A small bucket's only page lies in the value itself.
    ByteBuffer page =
        root == 0
            ? value
                .slice(BoltFormat.BUCKET_BYTES, value.capacity() - BoltFormat.BUCKET_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
            : page(root);
    walk(page, 0, (_, key, content) -> visitor.visit(key, content));
  }

  private ByteBuffer newestMeta() throws IOException {
    ByteBuffer newest = null;
    long second = BoltFormat.PAGE;
    for (long at : new long[] {0, second}) {
      ByteBuffer meta = read(at, BoltFormat.HEADER + BoltFormat.META_BYTES + Long.BYTES);
      if (isSound(meta)
          && (newest == null
              || Long.compareUnsigned(meta.getLong(TRANSACTION_AT), newest.getLong(TRANSACTION_AT))
                  > 0)) {
        newest = meta;
      }
    }
    if (newest == null) {
      throw new IOException("not an etcd database: neither of its two first pages is sound");
    }
    return newest;
  }

  private static boolean isSound(ByteBuffer meta) {
    return meta.getInt(BoltFormat.HEADER) == BoltFormat.MAGIC
        && meta.getInt(BoltFormat.HEADER + 4) == BoltFormat.VERSION
        && meta.getInt(PAGE_SIZE_AT) >= SMALLEST_PAGE
        && meta.getLong(BoltFormat.HEADER + BoltFormat.META_BYTES)
            == BoltFormat.checksum(meta, BoltFormat.HEADER, BoltFormat.META_BYTES);
  }

  private void walk(ByteBuffer page, int depth, Elements elements) throws IOException {
    int kind = page.getShort(8);
    int count = page.getShort(10) & 0xffff;
    if (depth > MAX_DEPTH || (kind != BoltFormat.LEAF && kind != BoltFormat.BRANCH)) {
      throw damaged(page.getLong(0), "it is no part of a tree");
    }
    for (int i = 0; i < count; i++) {
      int at = BoltFormat.HEADER + i * BoltFormat.ELEMENT;
      if (at + BoltFormat.ELEMENT > page.capacity()) {
        throw damaged(page.getLong(0), "it has " + count + " elements");
      }
      if (kind == BoltFormat.BRANCH) {
        walk(page(page.getLong(at + 8)), depth + 1, elements);
      } else {
        int keyBytes = page.getInt(at + 8);
        long keyAt = at + Integer.toUnsignedLong(page.getInt(at + 4));
        byte[] key = bytes(page, keyAt, keyBytes);
        byte[] value = bytes(page, keyAt + keyBytes, page.getInt(at + 12));
        elements.element(page.getInt(at), key, value);
      }
    }
  }

  private static byte[] bytes(ByteBuffer page, long from, int length) throws IOException {
    if (length < 0 || from < 0 || from + length > page.capacity()) {
      throw damaged(page.getLong(0), "an element reaches beyond its end");
    }
    byte[] bytes = new byte[length];
    page.get((int) from, bytes);
    return bytes;
  }

  /** The page with this number and those that it goes on over. */
  private ByteBuffer page(long number) throws IOException {
    if (number < 2 || number >= pages) {
      throw damaged(number, "there is no such page");
    }
    if (++visited > pages) {
      throw damaged(number, "the pages form a circle");
    }
    ByteBuffer header = read(number * pageSize, BoltFormat.HEADER);
    long bytes = (1 + Integer.toUnsignedLong(header.getInt(12))) * pageSize;
    if (header.getLong(0) != number || bytes > MAX_PAGE_BYTES) {
      throw damaged(number, "it says that it is page " + header.getLong(0));
    }
    return read(number * pageSize, (int) bytes);
  }

  private ByteBuffer read(long position, int length) throws IOException {
    ByteBuffer buffer = little(new byte[length]);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, position + buffer.position()) < 0) {
        throw new IOException(
            "not an etcd database, or cut off: it ends before byte " + (position + length));
      }
    }
    return buffer;
  }

  private static ByteBuffer little(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static IOException damaged(long page, String how) {
    return new IOException("the database is damaged at page " + page + ": " + how);
  }
}
