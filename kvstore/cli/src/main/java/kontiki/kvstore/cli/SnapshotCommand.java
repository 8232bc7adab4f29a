package kontiki.kvstore.cli;

import io.grpc.ManagedChannel;
import io.grpc.StatusException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import kontiki.kvstore.api.pb.MaintenanceGrpc;
import kontiki.kvstore.api.pb.SnapshotRequest;
import kontiki.kvstore.api.pb.SnapshotResponse;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "snapshot",
    description = "Save the store into a file, look at one, restore one.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {SnapshotCommand.Save.class, SnapshotCommand.ShowStatus.class})
final class SnapshotCommand extends GroupCommand {

  @Command(
      name = "save",
      description = {
        "Save one member's state into FILE, which etcd and 'kontiki kv snapshot restore' restore.",
        "FILE appears once it is whole; its key material and data are for the owner only (0600)."
      },
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv snapshot save backup.db")
  static final class Save extends StoreCommand {
    @Parameters(paramLabel = "FILE", description = "Where to write.")
    private Path file = Path.of("");

    @Override
    void ask() throws IOException, InterruptedException {
      if (options().connection().endpoints().size() != 1) {
        throw KvFailure.badArguments("snapshot must be requested to one selected node");
      }
      Path part = file.resolveSibling(file.getFileName() + ".part");
      Files.deleteIfExists(part);
      boolean whole = false;
      try {
        receive(part);
        move(part);
        whole = true;
      } finally {
        if (!whole) {
          Files.deleteIfExists(part);
        }
      }
      out().line("Snapshot saved at " + file);
    }

    private void receive(Path part) throws IOException, InterruptedException {
      Connection connection = options().connection();
      ManagedChannel channel = connection.channel();
      try (FileChannel out =
          FileChannel.open(
              part,
              Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
        var stream =
            MaintenanceGrpc.newBlockingV2Stub(connection.calls(channel))
                .snapshot(SnapshotRequest.getDefaultInstance());
        Progress progress = new Progress();
        for (SnapshotResponse next = stream.read(); next != null; next = stream.read()) {
          for (ByteBuffer blob : next.getBlob().asReadOnlyByteBufferList()) {
            while (blob.hasRemaining()) {
              out.write(blob);
            }
          }
          progress.show(out.position(), next.getRemainingBytes());
        }
        progress.end();
        out.force(true);
      } catch (StatusException e) {
        throw KvFailure.of(e.getStatus().asRuntimeException());
      } catch (NoSuchFileException e) {
        throw KvFailure.badArguments("cannot write " + file + ": its directory does not exist");
      } finally {
        channel.shutdownNow();
      }
    }

    private void move(Path part) throws IOException {
      try {
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
      } catch (AtomicMoveNotSupportedException e) {
        Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  /** A line that is written anew, for people only. */
  private static final class Progress {
    private static final long EVERY_BYTES = 8 << 20;

    private final boolean shown = System.console() != null && System.console().isTerminal();
    private long last;

    void show(long done, long left) {
      if (shown && done - last >= EVERY_BYTES) {
        last = done;
        System.err.printf("\r%s of %s ", GoText.bytes(done), GoText.bytes(done + left));
      }
    }

    void end() {
      if (last > 0) {
        System.err.print("\r\033[K");
      }
    }
  }

  @Command(
      name = "status",
      description = "Show what a snapshot holds: hash, revision, keys, size.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv snapshot status backup.db -w table")
  static final class ShowStatus extends StoreCommand {
    @Parameters(paramLabel = "FILE", description = "A saved snapshot, or a copied database.")
    private Path file = Path.of("");

    @Override
    void ask() throws IOException {
      Printer printer = printer(Format.Answer.ROWS);
      try {
        printer.snapshot(SnapshotFile.read(file));
      } catch (NoSuchFileException e) {
        throw KvFailure.badArguments("stat " + file + ": no such file or directory");
      }
    }
  }
}
