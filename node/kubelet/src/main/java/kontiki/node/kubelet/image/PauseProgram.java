package kontiki.node.kubelet.image;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The program that holds a pod's namespaces open: a static executable without a C library, written
 * here instruction by instruction.
 *
 * <p>It ignores SIGCHLD, so that the kernel reaps the orphans of a shared process namespace; it
 * handles SIGTERM and SIGINT by ending (the first process of a namespace gets no default action);
 * it then waits for signals for ever.
 *
 * <p>The file is one loadable segment: headers, two {@code struct sigaction}, the handler, the
 * entry.
 */
final class PauseProgram {
  /** Where the file is mapped, headers included. */
  private static final long BASE = 0x400000;

  private static final int ELF_HEADER = 64;
  private static final int PROGRAM_HEADER = 56;
  private static final int SIGACTION = 32;

  private static final int IGNORE = ELF_HEADER + 2 * PROGRAM_HEADER;
  private static final int END = IGNORE + SIGACTION;
  private static final int HANDLER = END + SIGACTION;
  private static final int ENTRY = HANDLER + 16;

  private static final int SIGINT = 2;
  private static final int SIGTERM = 15;
  private static final int SIGCHLD = 17;
  private static final long SIG_IGN = 1;

  /** The kernel's x86-64 code refuses handlers without it; the handler never returns through it. */
  private static final long SA_RESTORER = 0x04000000;

  private PauseProgram() {}

  /** The executable file. */
  static byte[] elf(Architecture architecture) {
    Code handler = new Code(16);
    Code entry = new Code(256);
    int machine =
        switch (architecture) {
          case AMD64 -> {
            amd64(handler, entry);
            yield 62;
          }
          case ARM64 -> {
            arm64(handler, entry);
            yield 183;
          }
        };
    int size = ENTRY + entry.size();
    ByteBuffer file = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    elfHeader(file, machine);
    loadHeader(file, size);
    stackHeader(file);
    file.putLong(SIG_IGN).putLong(0).putLong(0).putLong(0);
    long restorer = architecture == Architecture.AMD64 ? SA_RESTORER : 0;
    file.putLong(BASE + HANDLER).putLong(restorer).putLong(restorer == 0 ? 0 : BASE + HANDLER);
    file.putLong(0);
    file.put(HANDLER, handler.bytes()).put(ENTRY, entry.bytes());
    return file.array();
  }

  private static void elfHeader(ByteBuffer file, int machine) {
    file.put(new byte[] {0x7f, 'E', 'L', 'F', 2, 1, 1, 0}).putLong(0); // 64 bit, little endian
    file.putShort((short) 2).putShort((short) machine).putInt(1); // executable, version 1
    file.putLong(BASE + ENTRY)
        .putLong(ELF_HEADER)
        .putLong(0); // entry, program headers, no sections
    file.putInt(0).putShort((short) ELF_HEADER).putShort((short) PROGRAM_HEADER);
    file.putShort((short) 2).putShort((short) 64).putShort((short) 0).putShort((short) 0);
  }

  private static void loadHeader(ByteBuffer file, int size) {
    file.putInt(1).putInt(5); // PT_LOAD, readable and executable
    file.putLong(0).putLong(BASE).putLong(BASE).putLong(size).putLong(size).putLong(0x10000);
  }

  private static void stackHeader(ByteBuffer file) {
    file.putInt(0x6474e551).putInt(6); // PT_GNU_STACK, not executable
    file.putLong(0).putLong(0).putLong(0).putLong(0).putLong(0).putLong(16);
  }

  private static void amd64(Code handler, Code entry) {
    handler
        .bytes(0x31, 0xff) // xor edi, edi
        .bytes(0xb8)
        .word(231) // mov eax, exit_group
        .bytes(0x0f, 0x05); // syscall
    for (int signal : new int[] {SIGCHLD, SIGINT, SIGTERM}) {
      entry
          .bytes(0xbf)
          .word(signal) // mov edi, signal
          .bytes(0xbe)
          .word(address(signal)) // mov esi, action
          .bytes(0x31, 0xd2) // xor edx, edx: the old action is not asked for
          .bytes(0x41, 0xba)
          .word(8) // mov r10d, size of the signal mask
          .bytes(0xb8)
          .word(13) // mov eax, rt_sigaction
          .bytes(0x0f, 0x05); // syscall
    }
    entry
        .bytes(0xb8)
        .word(34) // again: mov eax, pause
        .bytes(0x0f, 0x05) // syscall
        .bytes(0xeb, 0xf7); // jmp again
  }

  private static void arm64(Code handler, Code entry) {
    handler
        .word(movz(0, 0)) // x0 = 0
        .word(movz(8, 94)) // x8 = exit_group
        .word(0xd4000001); // svc 0
    for (int signal : new int[] {SIGCHLD, SIGINT, SIGTERM}) {
      entry
          .word(movz(0, signal))
          .word(movz(1, address(signal) & 0xffff))
          .word(movk16(1, address(signal) >>> 16)) // x1 = action
          .word(movz(2, 0)) // the old action is not asked for
          .word(movz(3, 8)) // size of the signal mask
          .word(movz(8, 134)) // rt_sigaction
          .word(0xd4000001); // svc 0
    }
    // This architecture has no pause: again: ppoll(0, 0, 0, 0).
    entry
        .word(movz(0, 0))
        .word(movz(1, 0))
        .word(movz(2, 0))
        .word(movz(3, 0))
        .word(movz(8, 73)) // ppoll
        .word(0xd4000001) // svc 0
        .word(0x14000000 | (-6 & 0x3ffffff)); // b again
  }

  private static int address(int signal) {
    return (int) (BASE + (signal == SIGCHLD ? IGNORE : END));
  }

  private static int movz(int register, int value) {
    return 0xd2800000 | value << 5 | register;
  }

  private static int movk16(int register, int value) {
    return 0xf2a00000 | value << 5 | register;
  }

  /** Machine code being written; words are four bytes, little endian. */
  private static final class Code {
    private final ByteBuffer buffer;

    Code(int limit) {
      buffer = ByteBuffer.allocate(limit).order(ByteOrder.LITTLE_ENDIAN);
    }

    Code bytes(int... values) {
      for (int value : values) {
        buffer.put((byte) value);
      }
      return this;
    }

    Code word(int value) {
      buffer.putInt(value);
      return this;
    }

    int size() {
      return buffer.position();
    }

    byte[] bytes() {
      byte[] written = new byte[size()];
      buffer.get(0, written);
      return written;
    }
  }
}
