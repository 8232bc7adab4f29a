package kontiki.pki.ca;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files that appear whole or not at all, with the modes that keys need from their first moment:
 * written beside their place, synced, renamed, and the folder synced after. Stateless.
 */
final class PkiFiles {
  private static final FileAttribute<Set<PosixFilePermission>> PRIVATE_FILE = mode("rw-------");
  private static final FileAttribute<Set<PosixFilePermission>> PUBLIC_FILE = mode("rw-r--r--");
  private static final FileAttribute<Set<PosixFilePermission>> DIRECTORY = mode("rwx------");

  private PkiFiles() {}

  static void makeDirectory(Path directory) throws IOException {
    Files.createDirectories(directory, DIRECTORY);
  }

  static void writePrivate(Path file, String text) throws IOException {
    write(file, text, PRIVATE_FILE);
  }

  static void writePublic(Path file, String text) throws IOException {
    write(file, text, PUBLIC_FILE);
  }

  static String read(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  /** What to tell a person: the JDK's message of these two is the bare path. */
  static String explain(IOException e) {
    return switch (e) {
      case AccessDeniedException denied -> denied.getFile() + ": permission denied";
      case NoSuchFileException missing -> missing.getFile() + ": no such file or directory";
      case IOException other -> String.valueOf(other.getMessage());
    };
  }

  private static void write(
      Path file, String text, FileAttribute<Set<PosixFilePermission>> permissions)
      throws IOException {
    Path temporary = file.resolveSibling("." + file.getFileName() + ".new");
    Files.deleteIfExists(temporary);
    try {
      Set<StandardOpenOption> options =
          Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      try (FileChannel channel = FileChannel.open(temporary, options, permissions)) {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
          channel.write(bytes);
        }
        channel.force(true);
      }
      // The umask may have taken bits away at creation.
      Files.setPosixFilePermissions(temporary, permissions.value());
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
      syncDirectory(temporary.resolveSibling("."));
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  private static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static FileAttribute<Set<PosixFilePermission>> mode(String mode) {
    return PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode));
  }
}
