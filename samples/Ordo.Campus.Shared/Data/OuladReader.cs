using System.Globalization;
using System.IO.Compression;

namespace Ordo.Campus.Shared.Data;

/// <summary>
/// Reads assessment results of the Open University Learning Analytics Dataset (Kuzilek, Hlosta, Zdrahal 2017, CC BY 4.0): gzipped
/// CSV with a header, some fields quoted, none with commas inside.
/// </summary>
public static class OuladReader
{
    private const string Assessments = "assessments.csv.gz";
    private const string Results = "studentAssessment.csv.gz";

    public static IReadOnlyList<CourseGrade> Read(string folder)
    {
        Dictionary<int, string> scopes = ReadAssessments(folder).ToDictionary(row => row.Id, row => $"course/{row.Course}");
        return [.. ReadRows(folder, Results).Select(row => ToGrade(row, scopes))];
    }

    /// <summary>The assessments of all presentations, in the file's order.</summary>
    public static IEnumerable<AssessmentRow> ReadAssessments(string folder) =>
        ReadRows(folder, Assessments).Select(row => new AssessmentRow(
            $"{row[0]}-{row[1]}",
            ToInt(row[2]),
            row[3],
            int.TryParse(row[4], NumberStyles.Integer, CultureInfo.InvariantCulture, out int date) ? date : null,
            double.Parse(row[5], CultureInfo.InvariantCulture)));

    private static CourseGrade ToGrade(string[] row, Dictionary<int, string> scopes)
    {
        var grade = new Grade
        {
            StudentId = ToInt(row[0]),
            AssessmentId = ToInt(row[1]),
            DateSubmitted = ToInt(row[2]),
            IsBanked = row[3] == "1",
            Score = int.TryParse(row[4], NumberStyles.Integer, CultureInfo.InvariantCulture, out int score) ? score : null,
        };
        return new CourseGrade(scopes[grade.AssessmentId], $"{grade.StudentId}/{grade.AssessmentId}", grade);
    }

    private static int ToInt(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Checks that the files are there, before anything begins that takes time.</summary>
    /// <exception cref="FileNotFoundException">One is not.</exception>
    public static void Require(string folder)
    {
        foreach (string name in (string[])[Assessments, Results])
        {
            string path = Path.Combine(folder, name);
            if (!File.Exists(path))
            {
                throw new FileNotFoundException(
                    $"'{path}' is not there. --data names the folder that holds 'oulad/{name}'; without --data, grades are made up.");
            }
        }
    }

    private static IEnumerable<string[]> ReadRows(string folder, string name)
    {
        Require(folder);
        using var lines = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(folder, name)), CompressionMode.Decompress));
        lines.ReadLine();
        while (lines.ReadLine() is { } line)
        {
            yield return [.. line.Split(',').Select(field => field.Trim('"'))];
        }
    }
}
