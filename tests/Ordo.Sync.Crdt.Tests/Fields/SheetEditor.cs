using Ordo.Sync.Conflicts;
using Ordo.Sync.Crdt.Tests.Support;
using Ordo.Sync.Engine.Collections;
using Ordo.Sync.Strategies.Tests.Worlds;

namespace Ordo.Sync.Crdt.Tests.Fields;

/// <summary>One random edit of a sheet: all kinds of fields, texts most of all, so long that deltas are worth it.</summary>
internal static class SheetEditor
{
    public static async Task EditAsync(Device device, ConflictStrategy strategy, string key, Draw draw)
    {
        ISyncCollection<Sheet> sheets = device.SheetsOf(strategy);
        Record<Sheet>? record = await sheets.GetAsync(key);
        Sheet sheet = record?.Value ?? new Sheet();
        string word = $"w{draw.Next(5)}";
        int number = draw.Next(9);
        switch (draw.Next(16))
        {
            case 0:
                await sheets.PutAsync(key, new Sheet { Title = word });
                break;
            case 1 when draw.Next(3) == 0:
                await sheets.DeleteAsync(key);
                break;
            case 2:
                await sheets.PatchAsync(key, p => p.Counter(s => s.Present).Increment(number - 3));
                break;
            case 3:
                await sheets.PatchAsync(key, p => p.Set(s => s.Tags).Add(word));
                break;
            case 4:
                await sheets.PatchAsync(key, p => p.Set(s => s.Tags).Remove(word));
                break;
            case 5:
                await sheets.PatchAsync(key, p => p.Map(s => s.Marks).Counter(word).Increment(number));
                break;
            case 6:
                await sheets.PatchAsync(key, p => p.Map(s => s.Marks).Remove(word));
                break;
            case 7 when sheet.Items.Count > 0:
                int at = draw.Next(sheet.Items.Count);
                await sheets.PatchAsync(key, p => p.List(s => s.Items).RemoveAt(at));
                break;
            case 8:
                int place = draw.Next(sheet.Items.Count + 1);
                await sheets.PatchAsync(key, p => p.List(s => s.Items).Insert(place, word).Insert(place, word));
                break;
            case 9:
                await sheets.PatchAsync(key, p =>
                {
                    p.Register(s => s.Room!).Write(word);
                    p.Flag(s => s.Open).Enable();
                });
                break;
            case 10 or 11 or 12 when sheet.Notes.Length > 3:
                int from = draw.Next(sheet.Notes.Length - 2);
                int count = 1 + draw.Next(Math.Min(40, sheet.Notes.Length - from));
                await sheets.PatchAsync(key, p => p.Text(s => s.Notes).Delete(from, count));
                break;
            default:
                int index = draw.Next(sheet.Notes.Length + 1);
                string typed = string.Concat(Enumerable.Repeat($"{word}{device.Name} ", 1 + draw.Next(60)));
                await sheets.PatchAsync(key, p => p.Text(s => s.Notes).Insert(index, typed), BasedOn(record, draw.Next(2) == 0));
                break;
        }
    }

    private static WriteOptions? BasedOn(Record<Sheet>? record, bool isWanted) =>
        isWanted && record is not null ? new WriteOptions { BasedOn = record.Version } : null;
}
