package kontiki.node.kubelet.volume;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The kernel's mount and umount2 calls, through the C library. Thread-safe. */
public final class LinuxMounts implements Mounts {
  private static final long NOSUID_NODEV = 2 | 4;
  private static final int DETACH = 2;
  private static final Path TABLE = Path.of("/proc/self/mountinfo");
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private final MethodHandle mount;
  private final MethodHandle umount;

  public LinuxMounts() {
    Linker linker = Linker.nativeLinker();
    Linker.Option errno = Linker.Option.captureCallState("errno");
    mount =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("mount"),
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.ADDRESS),
            errno);
    umount =
        linker.downcallHandle(
            linker.defaultLookup().findOrThrow("umount2"),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            errno);
  }

  @Override
  public void memory(Path directory, @Nullable Long maxBytes) throws IOException {
    if (mountPoints().contains(directory.toString())) {
      return;
    }
    String options = maxBytes == null ? "mode=0755" : "mode=0755,size=" + maxBytes;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment type = arena.allocateFrom("tmpfs");
      int result;
      try {
        result =
            (int)
                mount.invokeExact(
                    state,
                    type,
                    arena.allocateFrom(directory.toString()),
                    type,
                    NOSUID_NODEV,
                    arena.allocateFrom(options));
      } catch (Throwable impossible) {
        throw new IllegalStateException(impossible);
      }
      check(result, state, "mount a file system in memory on " + directory);
    }
  }

  @Override
  public void unmountBelow(Path directory) throws IOException {
    List<String> points =
        mountPoints().stream()
            .filter(point -> Path.of(point).startsWith(directory))
            .sorted(Comparator.reverseOrder())
            .toList();
    for (String point : points) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(STATE);
        int result;
        try {
          result = (int) umount.invokeExact(state, arena.allocateFrom(point), DETACH);
        } catch (Throwable impossible) {
          throw new IllegalStateException(impossible);
        }
        check(result, state, "unmount " + point);
      }
    }
  }

  private static List<String> mountPoints() throws IOException {
    return Files.readAllLines(TABLE).stream()
        .map(line -> line.split(" ", 6)[4].replace("\\040", " "))
        .toList();
  }

  private static void check(int result, MemorySegment state, String what) throws IOException {
    if (result != 0) {
      throw new IOException("cannot " + what + ": errno " + (int) ERRNO.get(state, 0L));
    }
  }
}
