using System.CommandLine;
using System.Text.Json.Nodes;
using Ordo.Sync.Cli.Output;
using Ordo.Sync.Cli.Stores;

namespace Ordo.Sync.Cli.Commands;

/// <summary>A copy of a store while its app goes on.</summary>
internal static class BackupCommand
{
    public static Command Create()
    {
        var arguments = new StoreArguments();
        var target = new Argument<string>("copy") { Description = "Where the copy goes." };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace a file that is there." };
        Command command = arguments.AddTo(new Command(
            "backup",
            """
            Copies a store as one read sees it, while the app that has it open goes on. The copy is moved to its place when it is
            whole and on the disk. An app that opens the copy takes a new identity, so that both may live.

            Example: ordo-sync backup campus.db backups/campus-2026-11-26.db
            """)
        {
            target, overwrite,
        });
        command.SetAction((parsed, cancellationToken) => Guard.RunAsync(async () =>
        {
            string copy = Path.GetFullPath(parsed.GetRequiredValue(target));
            if (File.Exists(copy) && !parsed.GetValue(overwrite))
            {
                throw new ToolException(ExitCodes.Usage, $"There is a file '{copy}' already. Say --overwrite to replace it.");
            }

            await using OpenStore store = await arguments.OpenAsync(parsed, writes: false, cancellationToken);
            await store.Store.BackupAsync(copy, cancellationToken);
            var result = new JsonObject { ["copy"] = copy, ["bytes"] = new FileInfo(copy).Length };
            new Screen(parsed.GetValue(arguments.Json)).Write(
                result, console => Screen.Say(console, $"{copy}: {result["bytes"]} bytes."));
            return ExitCodes.Ok;
        }));
        return command;
    }
}
