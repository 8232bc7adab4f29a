package kontiki.kvstore.server.raft;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Copies a checkpoint from another member, a chunk at a time. Blocks its thread. */
final class CheckpointFetch {
  private static final int CHUNK_BYTES = 1 << 20;
  private static final long CHUNK_TIMEOUT_SECONDS = 30;

  private final PeerLink link;
  private final long leader;

  CheckpointFetch(PeerLink link, long leader) {
    this.link = link;
    this.leader = leader;
  }

  /** Fills the empty {@code directory} with the other member's state. */
  void into(Path directory) throws IOException, InterruptedException {
    CheckpointFiles offer = CheckpointFiles.decode(ask(new PeerMessage.CheckpointOpen()));
    for (int i = 0; i < offer.files().size(); i++) {
      copy(offer, i, directory.resolve(offer.files().get(i).name()));
    }
    Directories.sync(directory);
    ask(new PeerMessage.CheckpointClose(offer.id()));
  }

  private void copy(CheckpointFiles offer, int number, Path target)
      throws IOException, InterruptedException {
    long size = offer.files().get(number).size();
    try (FileChannel out =
        FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long offset = 0;
      while (offset < size) {
        ByteBuffer chunk =
            ask(new PeerMessage.CheckpointRead(offer.id(), number, offset, CHUNK_BYTES));
        if (!chunk.hasRemaining()) {
          throw new IOException(
              "the leader's " + target.getFileName() + " ended at " + offset + " of " + size);
        }
        offset += chunk.remaining();
        while (chunk.hasRemaining()) {
          out.write(chunk);
        }
      }
      out.force(true);
    }
  }

  private ByteBuffer ask(PeerMessage message) throws IOException, InterruptedException {
    try {
      return link.ask(leader, message).get(CHUNK_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw new IOException("the leader did not answer", e.getCause());
    } catch (TimeoutException e) {
      throw new IOException("the leader did not answer in time", e);
    }
  }
}
