using System.Collections.Immutable;
using System.Text;

namespace Ordo.Sync.Conflicts.Fields;

/// <summary>
/// The text form of a path into nested maps: names joined by '.', where a '.' or '\' inside a name is led by '\'. Pure.
/// </summary>
public static class FieldPath
{
    private const char Separator = '.';
    private const char Escape = '\\';

    /// <summary>The text form of a path of names, outermost first.</summary>
    /// <exception cref="ArgumentException">There is no name.</exception>
    public static string Join(params IReadOnlyList<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (names.Count == 0)
        {
            throw new ArgumentException("A path has at least one name.", nameof(names));
        }

        var text = new StringBuilder();
        for (int i = 0; i < names.Count; i++)
        {
            if (i > 0)
            {
                text.Append(Separator);
            }

            foreach (char letter in names[i])
            {
                if (letter is Separator or Escape)
                {
                    text.Append(Escape);
                }

                text.Append(letter);
            }
        }

        return text.ToString();
    }

    /// <summary>The names of a path, outermost first; the inverse of <see cref="Join"/>.</summary>
    /// <exception cref="FormatException">A '\' leads neither '.' nor '\'.</exception>
    public static ImmutableArray<string> Split(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var names = ImmutableArray.CreateBuilder<string>();
        var name = new StringBuilder();
        for (int i = 0; i < path.Length; i++)
        {
            if (path[i] == Separator)
            {
                names.Add(name.ToString());
                name.Clear();
                continue;
            }

            if (path[i] == Escape && (++i == path.Length || path[i] is not (Separator or Escape)))
            {
                throw new FormatException($"In the path '{path}' a '\\' leads neither '.' nor '\\'.");
            }

            name.Append(path[i]);
        }

        names.Add(name.ToString());
        return names.ToImmutable();
    }
}
