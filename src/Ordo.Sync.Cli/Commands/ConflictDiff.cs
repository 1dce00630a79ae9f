using System.Globalization;
using System.Text.Json.Nodes;
using Ordo.Sync.Cli.Output;
using Ordo.Sync.Engine.Inbox;
using Spectre.Console;

namespace Ordo.Sync.Cli.Commands;

/// <summary>A conflict, side by side and field by field.</summary>
internal static class ConflictDiff
{
    public static JsonObject Describe(Conflict conflict) => new()
    {
        ["scope"] = conflict.Scope,
        ["record"] = $"{conflict.Collection}/{conflict.Key}",
        ["kind"] = conflict.Kind.ToString(),
        ["reason"] = conflict.Rejection?.Reason ?? conflict.Failure,
        ["base"] = conflict.Base is { } common ? Words.Payload(common.Payload) : null,
        ["sides"] = new JsonArray([.. conflict.Siblings.Select((side, i) => (JsonNode)new JsonObject
        {
            ["number"] = i + 1,
            ["version"] = side.Version.ToString(),
            ["time"] = Words.Time(side.Timestamp),
            ["author"] = side.Author,
            ["isLocal"] = side.IsLocal,
            ["isDeleted"] = side.IsDeleted,
            ["payload"] = Words.Payload(side.Payload),
        })]),
    };

    public static void Show(IAnsiConsole console, Conflict conflict)
    {
        Screen.Say(console, $"{conflict.Collection}/{conflict.Key} in {conflict.Scope}: {conflict.Kind}");
        if ((conflict.Rejection?.Reason ?? conflict.Failure) is { } reason)
        {
            Screen.Say(console, reason);
        }

        JsonObject? common = conflict.Base is { } held ? Words.Payload(held.Payload) as JsonObject : null;
        JsonObject?[] sides = [.. conflict.Siblings.Select(side => Words.Payload(side.Payload) as JsonObject)];
        string[] heads = [.. conflict.Siblings.Select((side, i) => string.Create(
            CultureInfo.InvariantCulture,
            $"{i + 1}: {(side.Author.Length > 0 ? side.Author : "?")}{(side.IsLocal ? " (here)" : string.Empty)}"))];
        Table table = Screen.Table(common is null ? ["", "Field", .. heads] : ["", "Field", "Before", .. heads]);
        string[] fields = [.. sides.Append(common).SelectMany(side => side?.Select(field => field.Key) ?? [])
            .Distinct(StringComparer.Ordinal)];
        foreach (string field in fields)
        {
            string[] values = [.. sides.Select((side, i) => Value(side, conflict.Siblings[i].IsDeleted, field))];
            bool differs = values.Distinct(StringComparer.Ordinal).Count() > 1;
            object?[] cells = common is null ? [.. values] : [Value(common, isDeleted: false, field), .. values];
            Screen.Add(table, [differs ? "≠" : string.Empty, field, .. cells]);
        }

        Screen.Add(table, ["", "written", .. common is null ? (object?[])[] : [Words.Time(conflict.Base!.Timestamp)],
            .. conflict.Siblings.Select(side => Words.Time(side.Timestamp))]);
        console.Write(table);
    }

    private static string Value(JsonObject? side, bool isDeleted, string field) =>
        isDeleted ? "(deleted)"
        : side is null || !side.TryGetPropertyValue(field, out JsonNode? value) ? "-"
        : Words.Cell(value);
}
