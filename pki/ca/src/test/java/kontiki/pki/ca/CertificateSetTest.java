package kontiki.pki.ca;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class CertificateSetTest {
  @Test
  void everySetHasAFolderOfItsOwn() {
    assertThat(Arrays.stream(CertificateSet.values()).map(CertificateSet::directory))
        .doesNotHaveDuplicates()
        .hasSize(5);
  }
}
