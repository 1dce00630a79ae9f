using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Ordo.Sync.Cli.Output;
using Ordo.Sync.Cli.Stores;
using Ordo.Sync.Engine;
using Ordo.Sync.Engine.Inbox;
using Ordo.Sync.Engine.Writes;

namespace Ordo.Sync.Cli.Commands;

/// <summary>Decides a conflict.</summary>
internal static class ResolveCommand
{
    public static Command Create()
    {
        var arguments = new StoreArguments();
        var record = new Argument<string>("record") { Description = "The record: COLLECTION/KEY." };
        var scope = new Option<string?>("--scope") { Description = "Its scope; by default every scope is looked at." };
        var keep = new Option<int?>("--keep") { Description = "Take the side of this number, as 'show' counts them." };
        var fields = new Option<string[]>("--field")
        {
            Description = "With --keep: take this field of another side, as in --field score=2. May be repeated.",
        };
        var delete = new Option<bool>("--delete") { Description = "Delete the record." };
        var discard = new Option<bool>("--discard") { Description = "Let a write that the hub refused go." };
        var reason = new Option<string?>("--reason") { Description = "Why: kept with the decision." };
        var author = new Option<string>("--author")
        {
            Description = "Who decides. A hub that checks decisions wants the name that its device signs in with.",
            DefaultValueFactory = _ => Environment.UserName,
        };
        Option<bool> write = StoreArguments.Write("enters the decision, which the app's next sync brings to the hub.");
        Command command = arguments.AddTo(new Command(
            "resolve",
            """
            Decides a conflict. The decision is an ordinary write of this device, kept in the audit history.

            Example: ordo-sync conflicts resolve campus.db grades/ann --keep 1 --field comment=2 --reason "Moderated" --write
            """)
        {
            record, scope, keep, fields, delete, discard, reason, author, write,
        });
        command.SetAction((parsed, cancellationToken) => Guard.RunAsync(async () =>
        {
            StoreArguments.RequireWrite(parsed.GetValue(write), "conflicts resolve");
            RecordName name = RecordName.Parse(parsed.GetRequiredValue(record));
            await using OpenStore store = await arguments.OpenAsync(parsed, writes: false, cancellationToken);
            await using ServiceProvider services = await StoreEngine.CreateAsync(
                store.Store.Name,
                parsed.GetValue(arguments.KeyFile),
                writes: true,
                parsed.GetRequiredValue(author),
                cancellationToken);
            Conflict conflict = await ConflictsCommand.FindAsync(
                services, store, name, parsed.GetValue(scope), cancellationToken);
            Resolution resolution = Choose(
                conflict,
                parsed.GetValue(keep),
                parsed.GetValue(fields) ?? [],
                parsed.GetValue(delete),
                parsed.GetValue(discard));
            WriteReceipt? receipt = await services.GetRequiredService<ISyncEngine>().Conflicts.ResolveAsync(
                conflict, resolution, parsed.GetValue(reason), cancellationToken: cancellationToken);
            var result = new JsonObject { ["record"] = name.ToString(), ["version"] = receipt?.Version.ToString() };
            new Screen(parsed.GetValue(arguments.Json)).Write(result, console => Screen.Say(console, receipt is null
                ? $"{name}: let go."
                : $"{name}: decided. The app's next sync brings it to the hub."));
            return ExitCodes.Ok;
        }));
        return command;
    }

    private static Resolution Choose(Conflict conflict, int? keep, string[] fields, bool deletes, bool discards)
    {
        int choices = (keep is null ? 0 : 1) + (deletes ? 1 : 0) + (discards ? 1 : 0);
        if (choices != 1 || (fields.Length > 0 && keep is null))
        {
            throw new ToolException(ExitCodes.Usage, "Say one of --keep NUMBER (and --field), --delete, --discard.");
        }

        if (deletes)
        {
            return Resolution.Delete();
        }

        if (discards)
        {
            return Resolution.Discard();
        }

        ConflictSibling side = SideOf(conflict, keep!.Value);
        return fields.Length == 0
            ? Resolution.Keep(side)
            : Resolution.Merge(side, [.. fields.Select(field => ParseField(conflict, field))]);
    }

    private static (string Field, ConflictSibling Source) ParseField(Conflict conflict, string text)
    {
        int equals = text.LastIndexOf('=');
        return equals > 0 && int.TryParse(text[(equals + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? (text[..equals], SideOf(conflict, number))
            : throw new ToolException(ExitCodes.Usage, $"Say --field NAME=NUMBER, not '{text}'.");
    }

    private static ConflictSibling SideOf(Conflict conflict, int number) =>
        number >= 1 && number <= conflict.Siblings.Length
            ? conflict.Siblings[number - 1]
            : throw new ToolException(
                ExitCodes.Usage, $"There is no side {number}: 'ordo-sync conflicts show' counts {conflict.Siblings.Length}.");
}
