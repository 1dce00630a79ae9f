using System.CommandLine;
using System.CommandLine.Help;
using Ordo.Sync.Cli.Commands;

// No RootCommand: that one would be called after the assembly, and 'ordo-sync' is what people type.
var root = new Command(
    "ordo-sync",
    """
    Looks into Ordo.Sync stores (SQLite files), beside an app that has them open, and writes nothing unless --write is given.

    Examples:
      ordo-sync status campus.db                       what it holds, what waits for the hub, what waits for a person
      ordo-sync conflicts list campus.db               the records that wait for a decision
      ordo-sync conflicts show campus.db grades/ann    their sides, field by field
      ordo-sync history campus.db grades/ann           every version of a record
      ordo-sync verify campus.db --hub https://hub.example.edu/sync
      ordo-sync export campus.db for-bob.bundle        changes in a file
      ordo-sync backup campus.db copy.db               a copy while the app goes on

    Exit codes: 0 all is well, 1 something was found, 2 wrong usage, 3 cannot be opened or read, 4 an app holds the store,
    5 not there, 130 stopped. With --json one JSON object goes to standard output, messages to standard error.
    """)
{
    StatusCommand.Create(),
    JournalCommand.Create(),
    ConflictsCommand.Create(),
    HistoryCommand.Create(),
    VerifyCommand.Create(),
    RepairCommand.Create(),
    DigestCommand.Create(),
    ExportCommand.Create(),
    ImportCommand.Create(),
    BundleCommand.Create(),
    BackupCommand.Create(),
    CompactCommand.Create(),
    BenchCommand.Create(),
    new HelpOption(),
    new VersionOption(),
};

ParseResult parsed = root.Parse(args);
if (parsed.Errors.Count > 0 && parsed.Action is System.CommandLine.Invocation.ParseErrorAction)
{
    foreach (System.CommandLine.Parsing.ParseError error in parsed.Errors)
    {
        Console.Error.WriteLine(error.Message);
    }

    IEnumerable<string> path = parsed.CommandResult.Command.Parents.Prepend(parsed.CommandResult.Command)
        .Select(command => command.Name).Reverse();
    Console.Error.WriteLine($"Say '{string.Join(' ', path)} --help' for how it is used.");
    return Ordo.Sync.Cli.ExitCodes.Usage;
}

return await parsed.InvokeAsync();
