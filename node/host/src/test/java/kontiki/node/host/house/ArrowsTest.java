package kontiki.node.host.house;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads the class files and fails on an import against the arrows of the design. */
class ArrowsTest {
  static List<House.Module> modules() {
    return House.MODULES;
  }

  @ParameterizedTest
  @MethodSource("modules")
  void aModuleImportsOnlyWhatItMay(House.Module module) {
    List<String> wrong = new ArrayList<>();
    for (JavaClass origin : classesOf(module)) {
      for (Dependency dependency : origin.getDirectDependenciesFromSelf()) {
        String target = dependency.getTargetClass().getBaseComponentType().getPackageName();
        if (House.isIn(target, "kontiki") && !mayImport(module, origin, target)) {
          wrong.add(dependency.getDescription());
        }
      }
    }
    assertThat(wrong).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("modules")
  void aModuleKeepsToItsOwnPackage(House.Module module) {
    assertThat(classesOf(module))
        .allMatch(one -> House.isIn(one.getPackageName(), module.rootPackage()));
  }

  private static boolean mayImport(House.Module module, JavaClass origin, String target) {
    if (House.isIn(target, module.rootPackage())) {
      return true;
    }
    if (House.isIn(target, "kontiki.chaos") && !module.folder().equals("tests/chaos")) {
      return origin.getName().startsWith("kontiki.node.host.Main");
    }
    if (module.folder().equals("orchestrator/apiserver")
        && House.isIn(target, "kontiki.kvstore.api")) {
      return House.isIn(origin.getPackageName(), "kontiki.orchestrator.apiserver.storage");
    }
    return module.mayImport().stream().anyMatch(allowed -> House.isIn(target, allowed));
  }

  private static JavaClasses classesOf(House.Module module) {
    JavaClasses classes = new ClassFileImporter().importPath(module.classes());
    assertThat(classes).as("class files of %s", module.folder()).isNotEmpty();
    return classes;
  }
}
