using System.Globalization;
using System.Text;
using Ordo.Sync.Model.Tests.Causality;
using Ordo.Sync.Model.Tests.State;
using Version = Ordo.Sync.Model.Tests.State.Version;

namespace Ordo.Sync.Model.Tests.World;

/// <summary>
/// Writes a run down to be read by a person. Sites are H, A, B, C, D (H only where there is a hub); their later
/// incarnations A', A''; a dot is incarnation and counter, A'3; a dot with † is a tombstone.
/// </summary>
internal sealed class TraceLog(bool hasHub)
{
    private readonly StringBuilder _text = new();
    private readonly List<string> _incarnations = [];

    public void NameIncarnation(int incarnation, int site)
    {
        string name = Site(site);
        int earlier = _incarnations.Count(other => other.TrimEnd('\'') == name);
        _incarnations.Insert(incarnation, name + new string('\'', earlier));
    }

    public void NameGeneration(int name) => _incarnations.Insert(name, $"g{_incarnations.Count(other => other[0] == 'g') + 1}:");

    public string Site(int site) => hasHub && site == 0 ? "H" : "ABCDE"[hasHub ? site - 1 : site].ToString();

    public void Line(string text) => _text.AppendLine(text);

    /// <summary>Writes what changed in the last step.</summary>
    public void Changes(Replica[] replicas)
    {
        foreach (Replica replica in replicas)
        {
            for (int i = 0; i < replica.Scopes.Length; i++)
            {
                if (replica.Scopes[i] is { IsChanged: true } scope)
                {
                    string line = string.Create(CultureInfo.InvariantCulture, $"{Site(replica.Site)}/{i}  {Show(scope)}");
                    Line("       " + line);
                }
            }
        }
    }

    public string Show(Vector vector)
    {
        var parts = new List<string>();
        for (int replica = 0; replica < vector.Length; replica++)
        {
            if (vector[replica] > 0)
            {
                parts.Add(Show(new Dot(replica, vector[replica])));
            }
        }

        return "{" + string.Join(' ', parts) + "}";
    }

    public string Show(Dot dot) => _incarnations[dot.Replica] + dot.Counter.ToString(CultureInfo.InvariantCulture);

    public string Show(Version version) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Show(version.Dot)}{(version.IsTombstone ? "†" : "=" + version.Content)}@{version.Timestamp}");

    public string Show(Batch batch)
    {
        string kind = batch.Complete ? "complete" : "since " + Show(batch.Base);
        IEnumerable<string> items = batch.Items.Select(Show);
        string forgotten = batch.Forgotten.IsEmpty ? "" : " F" + Show(batch.Forgotten);
        if (batch.Next is { } next)
        {
            return $"{NameOf(next)} folds {Show(next.Folded)}";
        }

        return $"{NameOf(batch.Generation)}{kind}, K{Show(batch.Knowledge)}{forgotten}: {string.Join(" ", items)}";
    }

    private string NameOf(Generation? generation) => generation is null ? "" : _incarnations[generation.Name] + " ";

    public override string ToString() => _text.ToString();

    private string Show(BatchItem item)
    {
        IEnumerable<string> dots = item.Dots.Select(
            (dot, i) => item.Values[i] is { } value ? Show(value) : Show(dot) + "(no value)");
        string exception = item.Exception is null ? "" : " X" + Show(item.Exception);
        return string.Create(CultureInfo.InvariantCulture, $"r{item.Key}[{string.Join(' ', dots)}{exception}]");
    }

    private string Show(ScopeState scope)
    {
        var text = new StringBuilder(NameOf(scope.Generation) + "K" + Show(scope.Knowledge));
        if (!scope.Forgotten.IsEmpty)
        {
            text.Append(" F" + Show(scope.Forgotten));
        }

        for (int key = 0; key < scope.Keys; key++)
        {
            string versions = string.Join(' ', scope.Versions(key).Select(Show));
            string exception = scope.Exception(key) is { } vector ? " X" + Show(vector) : "";
            if (versions.Length + exception.Length > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $" r{key}[{versions}{exception}]");
            }
        }

        return text.ToString();
    }
}
