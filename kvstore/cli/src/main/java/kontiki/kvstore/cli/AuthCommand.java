package kontiki.kvstore.cli;

import io.grpc.StatusRuntimeException;
import java.util.List;
import kontiki.kvstore.api.EtcdError;
import kontiki.kvstore.api.pb.AuthDisableRequest;
import kontiki.kvstore.api.pb.AuthEnableRequest;
import kontiki.kvstore.api.pb.AuthGrpc;
import kontiki.kvstore.api.pb.AuthRoleAddRequest;
import kontiki.kvstore.api.pb.AuthStatusRequest;
import kontiki.kvstore.api.pb.AuthStatusResponse;
import kontiki.kvstore.api.pb.AuthUserGrantRoleRequest;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
    name = "auth",
    description = "Lock the store for all but its users, or unlock it.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {AuthCommand.Enable.class, AuthCommand.Disable.class, AuthCommand.Status.class})
final class AuthCommand extends GroupCommand {
  private static final String ROOT = "root";

  @Command(
      name = "enable",
      description = {
        "Lock the store: from now on requests need a user, who has a role that permits them.",
        "The user root must be there; the role root is made and granted where it is missing.",
        "A client without --user is the user that its certificate's common name says."
      },
      footerHeading = "%nExample:%n",
      footer = {
        "  kontiki kv user add root",
        "  kontiki kv user add kube-apiserver --no-password",
        "  kontiki kv user grant-role kube-apiserver root",
        "  kontiki kv auth enable"
      })
  static final class Enable extends StoreCommand {
    @Parameters(arity = "0..*", hidden = true)
    private List<String> arguments = List.of();

    @Override
    void ask() {
      require(arguments, 0, "auth enable command does not accept any arguments");
      try (var store = options().connection().open()) {
        try {
          enable(store);
        } catch (StatusRuntimeException e) {
          if (!EtcdError.ROOT_ROLE_NOT_EXIST.matches(e.getStatus())) {
            throw e;
          }
          store.call(
              AuthGrpc.getRoleAddMethod(), AuthRoleAddRequest.newBuilder().setName(ROOT).build());
          store.call(
              AuthGrpc.getUserGrantRoleMethod(),
              AuthUserGrantRoleRequest.newBuilder().setUser(ROOT).setRole(ROOT).build());
          enable(store);
        }
      }
      out().line("Authentication Enabled");
    }

    private static void enable(Store store) {
      store.call(AuthGrpc.getAuthEnableMethod(), AuthEnableRequest.getDefaultInstance());
    }
  }

  @Command(
      name = "disable",
      description = "Unlock the store for everybody with a certificate; users and roles stay.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv auth disable --user root")
  static final class Disable extends StoreCommand {
    @Parameters(arity = "0..*", hidden = true)
    private List<String> arguments = List.of();

    @Override
    void ask() {
      require(arguments, 0, "auth disable command does not accept any arguments");
      try (var store = options().connection().open()) {
        store.call(AuthGrpc.getAuthDisableMethod(), AuthDisableRequest.getDefaultInstance());
      }
      out().line("Authentication Disabled");
    }
  }

  @Command(
      name = "status",
      description = "Say whether the store is locked.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv auth status")
  static final class Status extends StoreCommand {
    @Parameters(arity = "0..*", hidden = true)
    private List<String> arguments = List.of();

    @Override
    void ask() {
      require(arguments, 0, "auth status command does not accept any arguments");
      var printer = printer(Format.Answer.MESSAGE);
      try (var store = options().connection().open()) {
        AuthStatusResponse status =
            store.call(AuthGrpc.getAuthStatusMethod(), AuthStatusRequest.getDefaultInstance());
        printer.auth(
            status,
            "Authentication Status: "
                + status.getEnabled()
                + "\nAuthRevision: "
                + Long.toUnsignedString(status.getAuthRevision()));
      }
    }
  }
}
