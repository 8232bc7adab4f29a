package kontiki.node.host.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogConfigurationTest {
  @Test
  void logbackFindsTheConfiguration() {
    LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
    assertThat(context.getLogger("ROOT").getAppender("standard-error")).isNotNull();
  }

  @Test
  void levelsAreSetByName() {
    LoggerContext context = new LoggerContext();
    LogConfiguration.apply(context, "warn,kontiki.kvstore=debug");
    assertThat(context.getLogger("ROOT").getLevel()).isEqualTo(Level.WARN);
    assertThat(context.getLogger("kontiki.kvstore.server").getEffectiveLevel())
        .isEqualTo(Level.DEBUG);
  }
}
