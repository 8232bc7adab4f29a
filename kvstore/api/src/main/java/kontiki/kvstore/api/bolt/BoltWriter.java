package kontiki.kvstore.api.bolt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes a bbolt file in one pass. Buckets come in the order of their names, and the keys of a
 * bucket in order, each once. Memory is one page for each level of the trees. Used by one thread;
 * the file is whole once {@link #finish} has returned.
 */
public final class BoltWriter {
  private static final int FREE_LIST_PAGE = 2;
  private static final int FIRST_PAGE = 3;
  private static final int META_PAGES = 2;

  private final FileChannel file;
  private final Tree buckets = new Tree();
  private @Nullable Tree keys;
  private byte[] bucket = new byte[0];
  private byte @Nullable [] lastKey;
  private long nextPage = FIRST_PAGE;

  /**
   * @param file empty
   */
  public BoltWriter(FileChannel file) throws IOException {
    this.file = file;
    file.position((long) FIRST_PAGE * BoltFormat.PAGE);
  }

  /** Begins a bucket; ends the one before. */
  public void bucket(String name) throws IOException {
    endBucket();
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    requireOrder(bucket, bytes);
    bucket = bytes;
    lastKey = null;
    keys = new Tree();
  }

  public void add(byte[] key, byte[] value) throws IOException {
    Tree tree = keys;
    if (tree == null) {
      throw new IllegalStateException("a key belongs into a bucket");
    }
    if (lastKey != null) {
      requireOrder(lastKey, key);
    }
    lastKey = key;
    tree.add(0, new Element(key, value, 0, 0));
  }

  /** Writes what is left, and the two meta pages; does not sync. */
  public void finish() throws IOException {
    endBucket();
    long root = buckets.finish();
    ByteBuffer free = page(BoltFormat.PAGE, FREE_LIST_PAGE, BoltFormat.FREE_LIST, 0);
    write(free.clear(), (long) FREE_LIST_PAGE * BoltFormat.PAGE);
    for (int i = 0; i < META_PAGES; i++) {
      ByteBuffer meta = page(BoltFormat.PAGE, i, BoltFormat.META, 0);
      meta.putInt(BoltFormat.MAGIC).putInt(BoltFormat.VERSION).putInt(BoltFormat.PAGE).putInt(0);
      meta.putLong(root).putLong(0).putLong(FREE_LIST_PAGE).putLong(nextPage).putLong(i);
      meta.putLong(BoltFormat.checksum(meta, BoltFormat.HEADER, BoltFormat.META_BYTES));
      write(meta.clear(), (long) i * BoltFormat.PAGE);
    }
  }

  private void endBucket() throws IOException {
    Tree tree = keys;
    if (tree != null) {
      ByteBuffer value = little(BoltFormat.BUCKET_BYTES).putLong(tree.finish()).putLong(0);
      buckets.add(0, new Element(bucket, value.array(), BoltFormat.BUCKET, 0));
      keys = null;
    }
  }

  private static void requireOrder(byte[] before, byte[] after) {
    if (Arrays.compareUnsigned(before, after) >= 0) {
      throw new IllegalArgumentException("buckets and keys must come in order, each once");
    }
  }

  /**
   * @param value empty in a branch
   * @param child in a branch: the page that begins with this key
   */
  private record Element(byte[] key, byte[] value, int flags, long child) {
    int bytes() {
      return BoltFormat.ELEMENT + key.length + value.length;
    }
  }

  /** A tree that grows at its right edge: one unfinished page a level, leaves first. */
  private final class Tree {
    private final ArrayList<PageInWork> levels = new ArrayList<>();

    void add(int level, Element element) throws IOException {
      if (level == levels.size()) {
        levels.add(new PageInWork(level == 0));
      }
      PageInWork page = levels.get(level);
      if (!page.fits(element)) {
        Element written = page.write();
        page.add(element);
        add(level + 1, written);
      } else {
        page.add(element);
      }
    }

    /** Writes the pages that are not full; gives the number of the root. */
    long finish() throws IOException {
      if (levels.isEmpty()) {
        levels.add(new PageInWork(true));
      }
      int level = 0;
      Element root = levels.get(level).write();
      while (++level < levels.size()) {
        add(level, root);
        root = levels.get(level).write();
      }
      return root.child();
    }
  }

  private final class PageInWork {
    private final boolean leaf;
    private final ArrayList<Element> elements = new ArrayList<>();
    private int bytes = BoltFormat.HEADER;

    PageInWork(boolean leaf) {
      this.leaf = leaf;
    }

    boolean fits(Element element) {
      return elements.isEmpty() || bytes + element.bytes() <= BoltFormat.PAGE;
    }

    void add(Element element) {
      elements.add(element);
      bytes += element.bytes();
    }

    /** Writes this page and empties it; gives what its parent says of it. */
    Element write() throws IOException {
      int pages = (bytes + BoltFormat.PAGE - 1) / BoltFormat.PAGE;
      long number = nextPage;
      nextPage += pages;
      ByteBuffer out =
          page(
              pages * BoltFormat.PAGE,
              number,
              leaf ? BoltFormat.LEAF : BoltFormat.BRANCH,
              elements.size());
      int content = BoltFormat.HEADER + elements.size() * BoltFormat.ELEMENT;
      for (Element element : elements) {
        int position = content - out.position();
        if (leaf) {
          out.putInt(element.flags()).putInt(position);
          out.putInt(element.key().length).putInt(element.value().length);
        } else {
          out.putInt(position).putInt(element.key().length).putLong(element.child());
        }
        out.put(content, element.key());
        out.put(content + element.key().length, element.value());
        content += element.key().length + element.value().length;
      }
      byte[] first = elements.isEmpty() ? new byte[0] : elements.getFirst().key();
      elements.clear();
      bytes = BoltFormat.HEADER;
      BoltWriter.this.write(out.clear(), number * BoltFormat.PAGE);
      return new Element(first, new byte[0], 0, number);
    }
  }

  /** A buffer with the header of a page, positioned after it. */
  private static ByteBuffer page(int bytes, long number, int kind, int count) {
    return little(bytes)
        .putLong(number)
        .putShort((short) kind)
        .putShort((short) count)
        .putInt(bytes / BoltFormat.PAGE - 1);
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void write(ByteBuffer buffer, long position) throws IOException {
    long at = position;
    while (buffer.hasRemaining()) {
      at += file.write(buffer, at);
    }
  }
}
