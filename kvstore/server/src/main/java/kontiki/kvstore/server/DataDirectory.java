package kontiki.kvstore.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import kontiki.kvstore.server.front.SpaceQuota;
import org.jspecify.annotations.Nullable;

/**
 * A member's directory: locked while it is used, and bound to one member of one cluster for ever.
 * {@code LOCK} is the lock, {@code member/identity} says whose it is, {@code member/} holds the log
 * and the engine.
 */
final class DataDirectory implements AutoCloseable {
  private final Path member;
  private final FileChannel channel;

  private DataDirectory(Path member, FileChannel channel) {
    this.member = member;
    this.channel = channel;
  }

  /**
   * @throws StartException it is in use, or belongs to another member or cluster
   */
  static DataDirectory open(Path root, String name, long clusterId, long memberId) {
    Path member = root.resolve("member");
    try {
      Files.createDirectories(member);
      try {
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx------"));
      } catch (UnsupportedOperationException e) {
        // A file system without owners protects nothing that could be protected here.
        return locked(root, member, name, clusterId, memberId);
      }
      return locked(root, member, name, clusterId, memberId);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static DataDirectory locked(
      Path root, Path member, String name, long clusterId, long memberId) throws IOException {
    FileChannel channel =
        FileChannel.open(root.resolve("LOCK"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (tryLock(channel) == null) {
        throw new StartException(
            "the data directory " + root + " is in use by another process; stop it first");
      }
      checkIdentity(root, member.resolve("identity"), name, clusterId, memberId);
      return new DataDirectory(member, channel);
    } catch (StartException | IOException e) {
      channel.close();
      throw e;
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static void checkIdentity(
      Path root, Path file, String name, long clusterId, long memberId) throws IOException {
    String cluster = Long.toHexString(clusterId);
    String id = Long.toHexString(memberId);
    if (!Files.exists(file)) {
      String text = "name=" + name + "\nmember=" + id + "\ncluster=" + cluster + "\n";
      Path temporary = file.resolveSibling("identity.new");
      Files.writeString(temporary, text, StandardCharsets.UTF_8);
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      return;
    }
    Properties said = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      said.load(reader);
    }
    if (!cluster.equals(said.getProperty("cluster"))) {
      throw new StartException(
          "the data directory "
              + root
              + " belongs to another cluster ("
              + said.getProperty("cluster")
              + ", not "
              + cluster
              + "): its --initial-cluster or --initial-cluster-token was different");
    }
    if (!id.equals(said.getProperty("member"))) {
      throw new StartException(
          "the data directory "
              + root
              + " belongs to member "
              + said.getProperty("name")
              + ", not to "
              + name);
    }
  }

  Path member() {
    return member;
  }

  /**
   * How much room there is.
   *
   * @param usedBytes by the engine
   */
  SpaceQuota.Space space(long usedBytes) {
    try {
      FileStore disk = Files.getFileStore(member);
      return new SpaceQuota.Space(usedBytes, disk.getUsableSpace(), disk.getTotalSpace());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
