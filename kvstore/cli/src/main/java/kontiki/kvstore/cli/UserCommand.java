package kontiki.kvstore.cli;

import java.util.List;
import kontiki.kvstore.api.pb.AuthGrpc;
import kontiki.kvstore.api.pb.AuthRoleGetRequest;
import kontiki.kvstore.api.pb.AuthUserAddRequest;
import kontiki.kvstore.api.pb.AuthUserChangePasswordRequest;
import kontiki.kvstore.api.pb.AuthUserDeleteRequest;
import kontiki.kvstore.api.pb.AuthUserGetRequest;
import kontiki.kvstore.api.pb.AuthUserGrantRoleRequest;
import kontiki.kvstore.api.pb.AuthUserListRequest;
import kontiki.kvstore.api.pb.AuthUserRevokeRoleRequest;
import kontiki.kvstore.api.pb.UserAddOptions;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "user",
    description = "Make, show and change users.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      UserCommand.Add.class,
      UserCommand.Get.class,
      UserCommand.ListUsers.class,
      UserCommand.Delete.class,
      UserCommand.Passwd.class,
      UserCommand.GrantRole.class,
      UserCommand.RevokeRole.class
    })
final class UserCommand extends GroupCommand {

  /** How a new password comes in. */
  private static String newPassword(StoreCommand command, String user, boolean interactive) {
    return interactive
        ? PasswordInput.readNew(user, command.in())
        : PasswordInput.line(command.in());
  }

  @Command(
      name = "add",
      description = {
        "Make a user. The password is asked for at a terminal, and else is the first line of",
        "standard input: on the command line everybody on the machine can see it."
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  kontiki kv user add ann",
        "  kontiki kv user add ann --interactive=false < password-file",
        "  kontiki kv user add kube-apiserver --no-password     logs in with a certificate only"
      })
  static final class Add extends StoreCommand {
    @Parameters(arity = "0..*", paramLabel = "NAME[:PASSWORD]", description = "The user.")
    private List<String> arguments = List.of();

    @Option(
        names = "--interactive",
        arity = "0..1",
        fallbackValue = "true",
        paramLabel = "true|false",
        description = "Ask at a terminal (default), or read a line of standard input.")
    private boolean interactive = true;

    @Option(
        names = "--new-user-password",
        paramLabel = "PASSWORD",
        description = "The password; others can see it here.")
    private String password = "";

    @Option(names = "--no-password", description = "No password: only a certificate will do.")
    private boolean noPassword;

    @Override
    void ask() {
      require(arguments, 1, "user add command requires user name as its argument");
      var printer = printer(Format.Answer.MESSAGE);
      var unused = options().login();
      var request = request();
      try (var store = options().connection().open()) {
        printer.auth(
            store.call(AuthGrpc.getUserAddMethod(), request),
            "User " + request.getName() + " created");
      }
    }

    private AuthUserAddRequest request() {
      String name = arguments.getFirst();
      var request =
          AuthUserAddRequest.newBuilder()
              .setName(name)
              .setOptions(UserAddOptions.newBuilder().setNoPassword(noPassword));
      int colon = name.indexOf(':');
      if (noPassword) {
        return request.build();
      }
      if (!password.isEmpty()) {
        return request.setPassword(password).build();
      }
      if (colon == 0) {
        throw KvFailure.badArguments("empty user name is not allowed");
      }
      return colon > 0
          ? request.setName(name.substring(0, colon)).setPassword(name.substring(colon + 1)).build()
          : request.setPassword(newPassword(this, name, interactive)).build();
    }
  }

  @Command(
      name = "get",
      description = "Show a user's roles.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv user get ann --detail")
  static final class Get extends StoreCommand {
    @Parameters(arity = "0..*", paramLabel = "NAME", description = "The user.")
    private List<String> arguments = List.of();

    @Option(names = "--detail", description = "Show what the roles permit.")
    private boolean detail;

    @Override
    void ask() {
      require(arguments, 1, "user get command requires user name as its argument");
      var printer = printer(Format.Answer.MESSAGE);
      String name = arguments.getFirst();
      try (var store = options().connection().open()) {
        var user =
            store.call(
                AuthGrpc.getUserGetMethod(), AuthUserGetRequest.newBuilder().setName(name).build());
        if (!detail) {
          var roles = new StringBuilder();
          user.getRolesList().forEach(role -> roles.append(' ').append(role));
          printer.auth(user, "User: " + name + "\nRoles:" + roles);
          return;
        }
        out().line("User: " + name);
        for (String role : user.getRolesList()) {
          out().line("");
          var request = AuthRoleGetRequest.newBuilder().setRole(role).build();
          var found = store.call(AuthGrpc.getRoleGetMethod(), request);
          printer.auth(found, RoleCommand.text(role, found));
        }
      }
    }
  }

  @Command(
      name = "list",
      description = "Show every user.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv user list")
  static final class ListUsers extends StoreCommand {
    @Parameters(arity = "0..*", hidden = true)
    private List<String> arguments = List.of();

    @Override
    void ask() {
      require(arguments, 0, "user list command requires no arguments");
      var printer = printer(Format.Answer.MESSAGE);
      try (var store = options().connection().open()) {
        var users =
            store.call(AuthGrpc.getUserListMethod(), AuthUserListRequest.getDefaultInstance());
        RoleCommand.list(printer, users, users.getUsersList());
      }
    }
  }

  @Command(
      name = "delete",
      description = "Delete a user.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv user delete ann")
  static final class Delete extends StoreCommand {
    @Parameters(arity = "0..*", paramLabel = "NAME", description = "The user.")
    private List<String> arguments = List.of();

    @Override
    void ask() {
      require(arguments, 1, "user delete command requires user name as its argument");
      var printer = printer(Format.Answer.MESSAGE);
      var request = AuthUserDeleteRequest.newBuilder().setName(arguments.getFirst()).build();
      try (var store = options().connection().open()) {
        printer.auth(
            store.call(AuthGrpc.getUserDeleteMethod(), request),
            "User " + request.getName() + " deleted");
      }
    }
  }

  @Command(
      name = "passwd",
      description = "Change a user's password; their tokens end.",
      footerHeading = "%nExamples:%n",
      footer = {
        "  kontiki kv user passwd ann",
        "  kontiki kv user passwd ann --interactive=false < password-file"
      })
  static final class Passwd extends StoreCommand {
    @Parameters(arity = "0..*", paramLabel = "NAME", description = "The user.")
    private List<String> arguments = List.of();

    @Option(
        names = "--interactive",
        arity = "0..1",
        fallbackValue = "true",
        paramLabel = "true|false",
        description = "Ask at a terminal (default), or read a line of standard input.")
    private boolean interactive = true;

    @Override
    void ask() {
      require(arguments, 1, "user passwd command requires user name as its argument");
      var printer = printer(Format.Answer.MESSAGE);
      String name = arguments.getFirst();
      var unused = options().login();
      var request =
          AuthUserChangePasswordRequest.newBuilder()
              .setName(name)
              .setPassword(newPassword(this, name, interactive))
              .build();
      try (var store = options().connection().open()) {
        printer.auth(
            store.call(AuthGrpc.getUserChangePasswordMethod(), request), "Password updated");
      }
    }
  }

  @Command(
      name = "grant-role",
      description = "Give a user a role.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv user grant-role ann writer")
  static final class GrantRole extends StoreCommand {
    @Parameters(arity = "0..*", paramLabel = "USER ROLE", description = "The user and the role.")
    private List<String> arguments = List.of();

    @Override
    void ask() {
      require(arguments, 2, "user grant command requires user name and role name as its argument");
      var printer = printer(Format.Answer.MESSAGE);
      String user = arguments.getFirst();
      String role = arguments.getLast();
      var request = AuthUserGrantRoleRequest.newBuilder().setUser(user).setRole(role).build();
      try (var store = options().connection().open()) {
        printer.auth(
            store.call(AuthGrpc.getUserGrantRoleMethod(), request),
            "Role " + role + " is granted to user " + user);
      }
    }
  }

  @Command(
      name = "revoke-role",
      description = "Take a role from a user.",
      footerHeading = "%nExample:%n",
      footer = "  kontiki kv user revoke-role ann writer")
  static final class RevokeRole extends StoreCommand {
    @Parameters(arity = "0..*", paramLabel = "USER ROLE", description = "The user and the role.")
    private List<String> arguments = List.of();

    @Override
    void ask() {
      require(arguments, 2, "user revoke-role requires user name and role name as its argument");
      var printer = printer(Format.Answer.MESSAGE);
      String user = arguments.getFirst();
      String role = arguments.getLast();
      var request = AuthUserRevokeRoleRequest.newBuilder().setName(user).setRole(role).build();
      try (var store = options().connection().open()) {
        printer.auth(
            store.call(AuthGrpc.getUserRevokeRoleMethod(), request),
            "Role " + role + " is revoked from user " + user);
      }
    }
  }
}
