package kontiki.node.kubelet.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageArchiveTest {
  @TempDir Path directory;

  @Test
  void theSameInputGivesTheSameBytes() throws IOException {
    Path busybox = Files.writeString(directory.resolve("busybox"), "binary");
    assertThat(ImageArchive.kubia(busybox).tar()).isEqualTo(ImageArchive.kubia(busybox).tar());
    assertThat(ImageArchive.pause(Architecture.AMD64).tar())
        .isEqualTo(ImageArchive.pause(Architecture.AMD64).tar())
        .isNotEqualTo(ImageArchive.pause(Architecture.ARM64).tar());
  }

  @Test
  void tarReadsTheArchive() throws Exception {
    Path tar = directory.resolve("pause.tar");
    ImageArchive.pause(Architecture.AMD64).writeTo(tar);
    Process process =
        new ProcessBuilder("tar", "-tvf", tar.toString()).redirectErrorStream(true).start();
    String listing = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(listing).isZero();
    assertThat(listing).contains("oci-layout", "index.json", "manifest.json", "blobs/sha256/");
    try (var files = Files.list(directory)) {
      assertThat(files).containsExactly(tar);
    }
  }

  @Test
  void theSampleSaysWhichPackageIsMissing() {
    assertThatThrownBy(() -> ImageArchive.kubia(directory.resolve("absent")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("install the package busybox-static");
  }

  @Test
  void pauseIsAnExecutableThatWaitsAndEndsWhenAsked() throws Exception {
    assumeTrue(System.getProperty("os.name").equals("Linux"), "the program is for Linux");
    Path pause = directory.resolve("pause");
    Files.write(pause, PauseProgram.elf(Architecture.host()));
    assertThat(pause.toFile().setExecutable(true)).isTrue();
    Process process = new ProcessBuilder(pause.toString()).start();
    try {
      assertThat(process.waitFor(200, TimeUnit.MILLISECONDS)).as("ended by itself").isFalse();
      assertThat(Files.readString(Path.of("/proc/" + process.pid() + "/status")))
          .contains("State:\tS")
          // A bit mask: SIGCHLD is 17.
          .containsPattern("SigIgn:\t[0-9a-f]*[13579bdf][0-9a-f]{4}\n");
    } finally {
      process.destroy();
    }
    assertThat(process.waitFor(5, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
  }

  @Test
  void theOtherArchitecturesProgramIsWellFormed() {
    byte[] elf = PauseProgram.elf(Architecture.ARM64);
    assertThat(elf).startsWith(0x7f, 'E', 'L', 'F', 2, 1, 1, 0);
    assertThat(elf[18] & 0xff).isEqualTo(183);
    assertThat(elf.length % 4).isZero();
    assertThat(elf).hasSizeLessThan(512);
  }
}
